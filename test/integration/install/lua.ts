/** Runs a health check of Argo CD as Argo CD does: the object is `obj`, the answer is a table. */
import { lauxlib, lua, lualib, to_luastring, to_jsstring, type LuaState } from 'fengari';

export interface Health {
  readonly status: string;
  readonly message: string;
}

/** @throws with Lua's words where the script fails. */
export const healthOf = (script: string, object: unknown): Health => {
  const state = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(state);
  push(state, object);
  lua.lua_setglobal(state, to_luastring('obj'));
  if (lauxlib.luaL_dostring(state, to_luastring(script))) throw new Error(text(state, -1));
  return { status: field(state, 'status'), message: field(state, 'message') };
};

const push = (state: LuaState, value: unknown): void => {
  if (Array.isArray(value))
    pushTable(
      state,
      [...value.entries()].map(([index, item]) => [index + 1, item]),
    );
  else if (typeof value === 'object' && value !== null) pushTable(state, Object.entries(value));
  else if (typeof value === 'string') lua.lua_pushstring(state, to_luastring(value));
  else if (typeof value === 'number') lua.lua_pushinteger(state, value);
  else if (typeof value === 'boolean') lua.lua_pushboolean(state, value);
  else lua.lua_pushnil(state);
};

const pushTable = (state: LuaState, entries: readonly (readonly [string | number, unknown])[]): void => {
  lua.lua_newtable(state);
  for (const [key, value] of entries) {
    push(state, key);
    push(state, value);
    lua.lua_settable(state, -3);
  }
};

const text = (state: LuaState, index: number): string => {
  const found = lua.lua_tostring(state, index);
  return found === null ? '' : to_jsstring(found);
};

const field = (state: LuaState, name: string): string => {
  lua.lua_getfield(state, -1, to_luastring(name));
  const found = text(state, -1);
  lua.lua_pop(state, 1);
  return found;
};
