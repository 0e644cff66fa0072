/** The part of fengari that the tests use. */
declare module 'fengari' {
  export interface LuaState {
    readonly isLuaState: true;
  }
  export const lua: {
    lua_setglobal(state: LuaState, name: Uint8Array): void;
    lua_getfield(state: LuaState, index: number, name: Uint8Array): void;
    lua_newtable(state: LuaState): void;
    lua_settable(state: LuaState, index: number): void;
    lua_pushstring(state: LuaState, text: Uint8Array): void;
    lua_pushinteger(state: LuaState, value: number): void;
    lua_pushboolean(state: LuaState, value: boolean): void;
    lua_pushnil(state: LuaState): void;
    lua_tostring(state: LuaState, index: number): Uint8Array | null;
    lua_pop(state: LuaState, count: number): void;
  };
  export const lauxlib: {
    luaL_newstate(): LuaState;
    /** Whether it failed; the message is then on the stack. */
    luaL_dostring(state: LuaState, text: Uint8Array): boolean;
  };
  export const lualib: { luaL_openlibs(state: LuaState): void };
  export const to_luastring: (text: string) => Uint8Array;
  export const to_jsstring: (text: Uint8Array) => string;
}
