-- The Lua half of the engine: what scripts may use, native tables, and chunks that can wait.
--
-- Only the standard functions a script may have survive: no files, no host, no byte code, no
-- coroutines (a chunk is one itself, which is how `delay` and measurements wait).

local respond, budget, tick, memory_limit_kb, paced, passes_per_pause = ...

local create, resume, yield, status =
    coroutine.create, coroutine.resume, coroutine.yield, coroutine.status
local sethook, loadstring = debug.sethook, loadstring
local concat, format = table.concat, string.format
local type, select, tostring, error, unpack = type, select, tostring, error, unpack
local setmetatable, collectgarbage = setmetatable, collectgarbage

for _, name in ipairs{"python", "os", "io", "require", "package", "module", "loadfile", "dofile",
        "load", "loadstring", "debug", "coroutine", "newproxy", "getfenv", "setfenv",
        "collectgarbage", "gcinfo", "xpcall"} do
    _G[name] = nil
end
string.dump = nil

local function load(text, name) return loadstring(paced(text), name) end

-- A chunk that computes without ever waiting, or hoards memory, is stopped. The runtime's own hard
-- limit must never be met between chunks, where nothing catches the error.
local spent, doomed = 0, nil
local function count()
    spent = spent + tick
    if spent > budget then doomed = "script stopped: it ran on without end" end
    if collectgarbage("count") > memory_limit_kb then
        collectgarbage()
        if collectgarbage("count") > memory_limit_kb then doomed = "not enough memory" end
    end
    if doomed then error(doomed, 0) end
end

-- No instruction is counted while this one fills the memory.
local rep = string.rep
function string.rep(text, n)
    if n * #tostring(text) > memory_limit_kb * 1024 then error("not enough memory", 2) end
    return rep(text, n)
end

local function thread(body)
    local co = create(body)
    sethook(co, count, "", tick)
    return co
end

-- A pcall of Lua 5.1 cannot be waited in; this one runs its function as a thread of its own.
local function relay(co, ok, ...)
    if doomed then error(doomed, 0) end
    if ok and status(co) ~= "dead" then return relay(co, resume(co, yield(...))) end
    return ok, ...
end

function pcall(body, ...)
    local co = thread(function(...) return body(...) end)
    return relay(co, resume(co, ...))
end

local number_format = "%.5e"
local function shown(value)
    if type(value) == "number" then return format(number_format, value) end
    local text = tostring(value)
    if type(text) ~= "string" then error("'tostring' must return a string to 'print'", 3) end
    return text
end

function print(...)
    local n = select("#", ...)
    if n == 1 then return respond(shown((...))) end
    local parts = {...}
    for i = 1, n do parts[i] = shown(parts[i]) end
    respond(concat(parts, "\t"))
end

-- Python objects behind native tables (a reading buffer, one of its columns).
local owners = setmetatable({}, {__mode = "k"})

local function owned(...)
    local n = select("#", ...)
    if n == 0 then return end
    if n == 1 then
        local only = ...
        return type(only) == "table" and owners[only] or only
    end
    local arguments = {...}
    for i = 1, n do
        local argument = arguments[i]
        if type(argument) == "table" then arguments[i] = owners[argument] or argument end
    end
    return unpack(arguments, 1, n)
end

-- What a script does between two pauses (tsp_pace.py).
local passes, looks, polls = 0, 0, 0

local function command(call)
    return function(...)
        looks = looks + 1
        return call(owned(...))
    end
end

local function finish(done, ...)
    if done then return ... end
    return yield()
end

local function waiting_command(call)
    return function(...) return finish(call(owned(...))) end
end

local function rest()
    passes, looks, polls = 0, 0, 0
end

-- Loops call this at each pass. It is found, not listed, among the globals.
local pause
local function pass()
    passes = passes + 1
    if passes < passes_per_pause then return end
    polls = looks >= passes and polls + 1 or 0
    local so_far, polled = spent, polls
    pause(polls)
    spent, passes, looks, polls = so_far, 0, 0, polled
end
setmetatable(_G, {__index = {__pass = pass}})

local function set_pause(call) pause = call end

local function native_table(getters, setters, objects, element, lua_type, owner)
    local native = {}
    owners[native] = owner
    return setmetatable(native, {
        Getters = getters, Setters = setters, Objects = objects, luatype = lua_type,
        __index = function(_, key)
            local get = getters[key]
            if get then return get() end
            local object = objects[key]
            if object == nil and element and type(key) == "number" then return element(key) end
            return object
        end,
        __newindex = function(_, key, value)
            local set = setters[key]
            if not set then
                error("attribute '" .. tostring(key) .. "' cannot be written", 2)
            end
            set(value)
            looks = 0 -- who changes something does not merely look
        end,
    })
end

local current
local function outcome(ok, problem)
    if ok then return status(current) end
    if type(problem) == "userdata" or type(problem) == "string" then return "failed", problem end
    return "failed", tostring(problem)
end

local function start(text)
    local body, problem = load(text, "=chunk")
    if not body then return "syntax", problem end
    current, spent, doomed = thread(body), 0, nil
    rest()
    return outcome(resume(current))
end

local function proceed(...)
    spent = 0
    rest()
    return outcome(resume(current, ...))
end

local scripts = {}
script = {user = {scripts = scripts}}

local function define(text, name)
    local body, problem = load(text, "=" .. name)
    if not body then return problem end
    local made = {name = name, source = text, run = body, save = function() end}
    setmetatable(made, {__call = function(_, ...) return body(...) end})
    if name == "" then
        script.anonymous, script.run, run = made, body, body
    else
        scripts[name], _G[name] = made, made
    end
end

function script.new(text, name)
    if type(text) ~= "string" or type(name or "") ~= "string" then
        error("bad argument to 'new' (string expected)", 2)
    end
    local problem = define(text, name or "")
    if problem then error(problem, 0) end
    return name and scripts[name] or script.anonymous
end

function script.delete(name)
    scripts[name] = nil
end

local function set_number_format(text) number_format = text end

return start, proceed, define, native_table, command, waiting_command, set_number_format, set_pause
