/** Stands in for Argo CD as far as an API server sees it before the first sync: its kinds, and its ConfigMap. */
import { ARGO_CD } from '../../../dev/kinds/projects.ts';
import { type Give, commands, giveKinds } from './shell.ts';

/** What of an Application matters for a sync. */
export interface Application {
  readonly spec: {
    readonly source: {
      readonly repoURL: string;
      readonly path: string;
      readonly helm: { readonly valuesObject: { readonly image: { readonly repository: string } } };
    };
    readonly destination: { readonly namespace: string };
    readonly syncPolicy: {
      readonly syncOptions: readonly string[];
      readonly managedNamespaceMetadata: { readonly labels: Readonly<Record<string, string>> };
    };
  };
}

/** The commands of the README on a server with the kinds of Argo CD; the Application that it then has. */
export const asInTheReadme = async (give: Give): Promise<Application> => {
  await giveKinds(give, ARGO_CD);
  await give('kubectl create namespace argocd\nkubectl -n argocd create configmap argocd-cm --from-literal=url=x');
  for (const script of commands('README.md', '### With Argo CD')) await give(script);
  return JSON.parse(await give('kubectl -n argocd get application impersonation-operator -o json')) as Application;
};
