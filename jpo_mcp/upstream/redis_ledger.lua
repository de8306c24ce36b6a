-- The shared count of accesses: every step of the ledger as one script, so that it happens whole or not at all.
--
-- KEYS[1] is the hash about this generation of the count; all other keys begin with it and share its hash tag.
-- ARGV[1] is the question as JSON, and the answer is JSON with the question's id. Only counts are kept here. What
-- counters teach is worked out by account.py and written if nothing it was worked out from has changed ("again").

local ask = cjson.decode(ARGV[1])
local META = KEYS[1]
local GUARD, LEASE, IN_FLIGHT, MINUTE, SWEPT_AFTER, KEPT_DAYS, PAUSE, SILENT =
  ask.guard, ask.lease, ask.in_flight, ask.minute, ask.swept_after, ask.kept_days, ask.pause, ask.silent

local function at_key(name) return META .. ':' .. name end
local CALLS, HELD, SEEN, DAYS, RETRIES = at_key('calls'), at_key('held'), at_key('seen'), at_key('days'), at_key('retries')
local TOLD, LEARNED, SLOW, STATE, SHOWN = at_key('told'), at_key('learned'), at_key('slow'), at_key('state'), at_key('shown')
local function lane(pace) return at_key('lane:' .. pace) end
local function day_key(day) return at_key(string.format('day:%d', day)) end
local function tally_key(day) return at_key(string.format('tally:%d', day)) end

local function pairs_of(flat)
  local found = {}
  for i = 1, #flat, 2 do found[flat[i]] = flat[i + 1] end
  return found
end
local function number(text) return tonumber(text or 0) end
local function exact(value) return string.format('%.6f', value) end
local function after(moment) return '(' .. exact(moment) end

-- ── time ────────────────────────────────────────────────────────────────────────────────────────

local meta = pairs_of(redis.call('HGETALL', META))
local time = redis.call('TIME')
local wall = tonumber(time[1]) + tonumber(time[2]) / 1e6
-- Time that never goes back, and never leaps or stands still against the asker's own clock.
local counted = meta.now and number(meta.now) + math.max(0, wall - number(meta.wall)) or wall
local now = counted
if ask.latest and ask.heard == meta.name then
  now = math.max(number(meta.now), ask.earliest, math.min(now, ask.latest))
end
local at = math.max(number(meta.high), wall + number(meta.skew))
-- A question that was long on its way is not answered: its `latest` would be taken for everybody's time, and whoever
-- asks next would set it right in one step, in which the minute of others would be over too soon. It is put again.
local delayed = ask.wall_latest and ask.heard == meta.name and wall > ask.wall_latest
-- Which start of which server this is: any other may have come back with less than it had.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')

local function jst_day(moment) return math.floor((moment + 32400) / 86400) end
local function charged_days()
  local first, last = jst_day(at - GUARD), jst_day(at + GUARD)
  return first == last and { first } or { first, last }
end

-- ── one endpoint's day ──────────────────────────────────────────────────────────────────────────

local function planned(row)
  local limit = tonumber(string.match(redis.call('HGET', LEARNED, row.key) or '', ':(%d+)$'))
  if limit and row.basis == 'table' and limit > row.limit then return limit, 'learned' end
  return row.limit, row.basis
end

-- `off` is what machines that were away when the count was rebuilt may have spent; a counter settles it (`clear`).
local function account(row, day)
  local k = row.key
  local got = redis.call('HMGET', day_key(day), 'used:' .. k, 'doubts:' .. k, 'doubted:' .. k, 'latched:' .. k,
    'rest:' .. k, 'clear:' .. k, 'off:' .. row.pace)
  local off = got[6] and 0 or number(got[7])
  local found = { off = off, used = number(got[1]) + off, doubts = number(got[2]) + off, raw_doubts = number(got[2]),
    doubted = got[3] == '1' or off > 0, latched = got[4] == '1', rest = got[5] or '', day = day }
  if got[5] then
    local rest = cjson.decode(got[5])
    found.believed, found.basis, found.top = rest[1], rest[2], rest[3]
  else
    found.believed, found.basis = planned(row)
  end
  found.left = found.latched and 0 or math.max(0, found.believed - found.used)
  return found
end

local function charge(call, day)
  if redis.call('SADD', DAYS, day) == 1 then
    for _, old in ipairs(redis.call('SMEMBERS', DAYS)) do
      if tonumber(old) < day - KEPT_DAYS then
        redis.call('DEL', day_key(tonumber(old)), tally_key(tonumber(old)))
        redis.call('SREM', DAYS, old)
      end
    end
    for session, seen in pairs(pairs_of(redis.call('HGETALL', SEEN))) do
      if wall - tonumber(seen) > SILENT then redis.call('HDEL', SEEN, session) end
    end
  end
  redis.call('HINCRBY', day_key(day), 'used:' .. call.key, 1)
  redis.call('HINCRBY', day_key(day), 'by:' .. call.machine .. ':' .. call.key, 1)
  redis.call('HINCRBY', tally_key(day), 'who:' .. call.key .. ':' .. call.person, 1)
  redis.call('HINCRBY', tally_key(day), 'out:' .. call.key .. ':in flight', 1)
  if call.attempt > 1 then redis.call('HINCRBY', tally_key(day), 'retried:' .. call.key, 1) end
end

local function discharge(call, day)
  redis.call('HINCRBY', day_key(day), 'used:' .. call.key, -1)
  redis.call('HINCRBY', day_key(day), 'by:' .. call.machine .. ':' .. call.key, -1)
  redis.call('HINCRBY', tally_key(day), 'who:' .. call.key .. ':' .. call.person, -1)
  redis.call('HINCRBY', tally_key(day), 'out:' .. call.key .. ':in flight', -1)
  if call.attempt > 1 then redis.call('HINCRBY', tally_key(day), 'retried:' .. call.key, -1) end
end

local function doubt(key, day)
  redis.call('HINCRBY', day_key(day), 'doubts:' .. key, 1)
  redis.call('HSET', day_key(day), 'doubted:' .. key, 1)
end

local function ended(call, outcome)
  for _, day in ipairs(call.days) do
    redis.call('HINCRBY', tally_key(day), 'out:' .. call.key .. ':in flight', -1)
    redis.call('HINCRBY', tally_key(day), 'out:' .. call.key .. ':' .. outcome, 1)
  end
end

-- ── calls under way, and the minute ─────────────────────────────────────────────────────────────

local function call_of(id)
  local text = redis.call('HGET', CALLS, id)
  return text and cjson.decode(text)
end
local function keep(id, call) redis.call('HSET', CALLS, id, cjson.encode(call)) end
local function held_name(id, call) return call.key .. ':' .. id .. ':' .. call.person end
-- An asker that slept, or whose questions are held up, takes the time for earlier than it is, and who asks next knows
-- better. What that step finds under way keeps what was left of it, or the minute of others would be over too soon.
local function set_right()
  if now <= counted and wall >= number(meta.wall) then return end
  for _, kept in ipairs({ lane('domestic'), lane('opd'), HELD }) do
    local live = redis.call('ZRANGEBYSCORE', kept, after(counted), '+inf', 'WITHSCORES')
    for i = 1, #live, 2 do redis.pcall('ZADD', kept, exact(tonumber(live[i + 1]) + now - counted), live[i]) end
  end
  redis.pcall('HSET', META, 'now', exact(now), 'wall', exact(wall))
end
local function forget(id, call)
  redis.call('HDEL', CALLS, id)
  redis.call('ZREM', lane(call.pace), id)
  redis.call('ZREM', HELD, held_name(id, call))
end

-- Give back reservations that were never sent, and take calls that never settled for lost.
local function sweep(pace)
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', HELD, '-inf', exact(now))) do
    local id = string.match(name, '^[^:]*:([^:]*):')
    local call = call_of(id)
    if call then forget(id, call) end
    redis.call('ZREM', HELD, name)
  end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', lane(pace), '-inf', exact(now - SWEPT_AFTER))) do
    local call = call_of(id)
    if call and call.state == 'sent' then
      for _, day in ipairs(call.days) do doubt(call.key, day) end
      ended(call, 'lost')
    end
    redis.call('HDEL', CALLS, id)
    redis.call('ZREM', lane(pace), id)
  end
end

local function held(key, person)
  local all, mine = 0, 0
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', HELD, after(now), '+inf')) do
    local of, who = string.match(name, '^([^:]*):[^:]*:(.*)$')
    if of == key then
      all = all + 1
      if who == person then mine = mine + 1 end
    end
  end
  return all, mine
end

local function minute(pace, places)
  local slow = number(redis.call('HGET', SLOW, pace)) > now
  local allowed = slow and math.max(1, math.floor(places / 2)) or places
  local free = allowed - redis.call('ZCOUNT', lane(pace), after(now), '+inf')
  if free > 0 then return free, 0 end
  local leaving = redis.call('ZRANGEBYSCORE', lane(pace), after(now), '+inf', 'WITHSCORES', 'LIMIT', 0 - free, 1)
  return free, math.min(tonumber(leaving[2]), now + MINUTE) - now
end

-- Other calls of that day which a reply's counter may or may not include.
local function concurrent(id, call, day)
  if now - call.sent >= SWEPT_AFTER - MINUTE then return -1 end
  local overlapping, count = call.sent + MINUTE, 0
  local near = redis.call('ZRANGEBYSCORE', lane(call.pace), exact(math.min(overlapping, now)), '+inf', 'WITHSCORES')
  for i = 1, #near, 2 do
    local other, till = near[i] ~= id and call_of(near[i]), tonumber(near[i + 1])
    if other and other.key == call.key and other.state ~= 'reserved' then
      local same = other.days[1] == day or other.days[2] == day
      local open = other.state ~= 'settled' and till > now or other.state == 'settled' and till >= overlapping
      if same and open then count = count + 1 end
    end
  end
  return count
end

-- ── answers ─────────────────────────────────────────────────────────────────────────────────────

local function changed()
  meta.seq = string.format('%d', number(meta.seq) + 1)
  redis.call('HSET', META, 'seq', meta.seq, 'now', exact(now), 'wall', exact(wall))
end

-- What a machine must remember of the count before it acts on it.
local function view()
  redis.call('HSET', SHOWN, ask.machine, meta.seq)
  local days = {}
  for day = jst_day(at) - 1, jst_day(at) + 1 do
    days[string.format('%d', day)] = pairs_of(redis.call('HGETALL', day_key(day)))
  end
  return { epoch = number(meta.epoch), name = meta.name, seq = number(meta.seq), at = wall, days = days,
    sessions = pairs_of(redis.call('HGETALL', SEEN)), absent = meta.absent or '' }
end

local function answer(found)
  found.id, found.now, found.at, found.wall, found.name = ask.id, now, at, wall, meta.name or ''
  found.is = found.is or 'ok'
  return cjson.encode(found)
end

local function guarded()
  local epoch = number(meta.epoch)
  -- A count that lost what it had shown this machine may have gone on since, to beyond that number.
  local shown = number(redis.call('HGET', SHOWN, ask.machine) or meta.seq)
  local older = ask.promised > epoch or ask.epoch == epoch and (ask.name ~= meta.name or ask.seq > shown)
  if not meta.name or meta.run ~= run or older then
    return { is = 'lost', run = run, lost = meta.name or '', epoch = epoch }
  end
  if meta.phase ~= 'open' then
    return { is = 'rebuilding', epoch = epoch, opens = number(meta.opens),
      told = redis.call('HEXISTS', TOLD, ask.machine) == 1 }
  end
  if ask.epoch < epoch then return { is = 'join', epoch = epoch } end
  meta.at = exact(wall) -- until now nobody has spent more than is counted here
  redis.pcall('HSET', META, 'at', meta.at) -- a full Redis still tells what it knows
end

-- ── the steps of a call ─────────────────────────────────────────────────────────────────────────

local steps = {}

local function taken(row, day, person, mine)
  return number(redis.call('HGET', tally_key(day), 'who:' .. row.key .. ':' .. person)) + mine
end
local function most_of_one(believed) return math.max(1, math.floor(ask.share * believed + 1e-9)) end

function steps.reserve()
  local row, days = ask.row, charged_days()
  sweep(row.pace)
  local all, mine = held(row.key, ask.person)
  for _, day in ipairs(days) do
    local today = account(row, day)
    local kept_back = math.ceil(ask.reserve_share * math.max(today.believed, row.limit))
    if today.left - all - kept_back < 1 then
      today.held = all
      return { is = 'spent', account = today }
    end
  end
  for _, day in ipairs(ask.person ~= '' and days or {}) do
    local whole = account(row, day).believed
    local got, most = taken(row, day, ask.person, mine), most_of_one(whole)
    if got >= most then return { is = 'share', day = day, mine = got, most = most, whole = whole } end
  end
  local free, wait = minute(row.pace, ask.places)
  if free < 1 then return { is = 'full', wait = wait } end
  meta.high = math.max(number(meta.high), at)
  redis.call('HSET', META, 'high', exact(meta.high))
  redis.call('HSET', SEEN, ask.session, exact(wall))
  local call = { key = row.key, pace = row.pace, days = days, state = 'reserved', attempt = ask.attempt, at = at,
    person = ask.person, machine = ask.machine }
  keep(ask.call, call)
  redis.call('ZADD', lane(row.pace), exact(now + LEASE), ask.call)
  redis.call('ZADD', HELD, exact(now + LEASE), held_name(ask.call, call))
  changed()
  return { days = days }
end

function steps.sent()
  local row, call = ask.row, call_of(ask.call)
  local till = call and call.state == 'reserved' and redis.call('ZSCORE', lane(call.pace), ask.call)
  local late = { is = 'late', person = call and call.person or '' }
  if not till or tonumber(till) <= now then return late end
  local days = { unpack(call.days) }
  for _, day in ipairs(charged_days()) do
    if day ~= call.days[1] and day ~= call.days[2] then
      local fits = account(row, day)
      local over = call.person ~= '' and taken(row, day, call.person, 0) >= most_of_one(fits.believed)
      if fits.left < 1 or over or #days == 2 then return late end
      days[#days + 1] = day
    end
  end
  table.sort(days)
  if table.concat(days, ' ') ~= table.concat(ask.written, ' ') then
    local by = {}
    for i, day in ipairs(days) do by[i] = number(redis.call('HGET', day_key(day), 'by:' .. call.machine .. ':' .. call.key)) end
    return { is = 'also', days = days, by = by, person = call.person }
  end
  redis.call('ZREM', HELD, held_name(ask.call, call))
  redis.call('ZADD', lane(call.pace), exact(now + IN_FLIGHT + MINUTE), ask.call)
  call.days, call.state, call.at, call.sent = days, 'sent', at, now
  keep(ask.call, call)
  for _, day in ipairs(days) do charge(call, day) end
  if call.attempt > 1 then
    redis.call('ZADD', RETRIES, exact(at), ask.call)
    redis.call('ZREMRANGEBYSCORE', RETRIES, '-inf', exact(at - 7200))
  end
  changed()
  return { view = view() }
end

local function looked(id, call)
  local day = ask.day or jst_day(at)
  return { is = 'again', days = call.days, person = call.person, sent = call.sent, account = account(ask.row, day),
    concurrent = concurrent(id, call, day), learned = redis.call('HGET', LEARNED, call.key) or '' }
end

-- Asked without `put` it shows what a settlement is worked out from, and then with it settles the call.
function steps.settle()
  local call, put = call_of(ask.call), ask.put
  if not call or call.state ~= 'sent' then return { is = 'late' } end
  if not put then return looked(ask.call, call) end
  local day, was = put.day, account(ask.row, put.day)
  if put.rest and (was.rest ~= put.expects or was.off ~= put.off) then return looked(ask.call, call) end
  if put.also then
    charge(call, day)
    call.days[#call.days + 1] = day
  end
  ended(call, put.outcome)
  call.state = put.state
  keep(ask.call, call)
  redis.call('ZADD', lane(call.pace), exact(now + MINUTE), ask.call)
  if put.rest then
    local key = call.key
    redis.call('HSET', day_key(day), 'rest:' .. key, put.rest, 'clear:' .. key, 1)
    redis.call('HINCRBY', day_key(day), 'used:' .. key, was.off)
    redis.call('HINCRBY', day_key(day), 'doubts:' .. key, put.exact and 0 - put.doubts or was.off)
    if was.off > 0 then redis.call('HSET', day_key(day), 'doubted:' .. key, 1) end
    if put.learned then redis.call('HSET', LEARNED, key, put.learned) end
  else
    for _, charged in ipairs(call.days) do doubt(call.key, charged) end
  end
  if put.skew then redis.call('HSET', META, 'skew', exact(put.skew), 'high', exact(math.min(number(meta.high), put.high))) end
  changed()
  return { view = view() }
end

function steps.release()
  local call = call_of(ask.call)
  if not call or call.state ~= 'reserved' and call.state ~= 'sent' then return { is = 'late' } end
  local days = call.state == 'sent' and call.days or {}
  for _, day in ipairs(days) do discharge(call, day) end
  redis.call('ZREM', RETRIES, ask.call)
  forget(ask.call, call)
  changed()
  return { days = days, person = call.person, view = view() }
end

function steps.spent()
  redis.call('SADD', DAYS, ask.day or jst_day(at - GUARD))
  redis.call('HSET', day_key(ask.day or jst_day(at - GUARD)), 'latched:' .. ask.row.key, 1)
  changed()
  return { view = view() }
end

-- ── what is left ────────────────────────────────────────────────────────────────────────────────

function steps.quota()
  local today, lines = jst_day(at), {}
  for i, row in ipairs(ask.rows) do
    lines[i] = account(row, today)
    lines[i].held = held(row.key, '')
  end
  return { accounts = lines, day = today }
end

function steps.minute()
  local free, wait = minute(ask.pace, ask.places)
  return { free = math.max(0, free), wait = wait }
end

function steps.slow_down()
  redis.call('HSET', SLOW, ask.pace, exact(now + ask.seconds))
  changed()
  return {}
end

function steps.retries()
  local today = number(redis.call('HGET', tally_key(jst_day(at)), 'retried:' .. (ask.key or '')))
  return { today = today, hour = redis.call('ZCOUNT', RETRIES, after(at - 3600), '+inf') }
end

function steps.tally() return { tally = pairs_of(redis.call('HGETALL', tally_key(ask.day))) } end

-- ── small facts every process must see ──────────────────────────────────────────────────────────

function steps.state() return { value = redis.call('HGET', STATE, ask.fact) or nil } end

function steps.put_state()
  local was = redis.call('HGET', STATE, ask.fact) or nil
  if was ~= ask.was then return { is = 'again', value = was } end
  if ask.value then redis.call('HSET', STATE, ask.fact, ask.value) else redis.call('HDEL', STATE, ask.fact) end
  changed()
  return {}
end

function steps.lead()
  local flight = at_key('flight:' .. ask.key)
  local till, owner = string.match(redis.call('GET', flight) or '', '^(%S+) (.*)$')
  if owner and owner ~= ask.owner and tonumber(till) > now then return { leads = false } end
  redis.call('SET', flight, exact(now + ask.seconds) .. ' ' .. ask.owner, 'PX', math.ceil(ask.seconds * 2000))
  return { leads = true }
end

function steps.land()
  local flight = at_key('flight:' .. ask.key)
  if string.match(redis.call('GET', flight) or '', '^%S+ (.*)$') == ask.owner then redis.call('DEL', flight) end
  return {}
end

function steps.standing()
  redis.call('HSET', SEEN, ask.session, exact(wall))
  return { view = view() }
end

function steps.goodbye()
  redis.call('HDEL', SEEN, ask.session, ask.machine .. ':')
  return {}
end

-- ── a lost count ────────────────────────────────────────────────────────────────────────────────

-- Sessions of this machine's earlier processes: what they spent is in what it tells.
local function leave(machine)
  for _, session in ipairs(redis.call('HKEYS', SEEN)) do
    if string.match(session, '^[^:]*') == machine then redis.call('HDEL', SEEN, session) end
  end
end

-- A new generation begins: nothing is spent until the machines have told what they know and the minute is over.
local function found()
  if (meta.name or '') ~= ask.lost or run ~= ask.run then return {} end
  redis.call('DEL', CALLS, HELD, TOLD, SHOWN, lane('domestic'), lane('opd'))
  if meta.phase ~= 'rebuilding' then
    redis.call('HSET', META, 'was_epoch', number(meta.epoch), 'was_name', meta.name or '',
      'was_seq', number(meta.seq), 'was_at', number(meta.at))
  end
  redis.call('HSET', META, 'epoch', math.max(ask.promised, number(meta.epoch)) + 1, 'name', ask.id, 'seq', 0, 'run', run,
    'phase', 'rebuilding', 'now', exact(now), 'wall', exact(wall), 'founded', exact(wall), 'opens', exact(now + PAUSE))
  return {}
end

local function tell()
  if meta.phase ~= 'rebuilding' or number(meta.epoch) ~= ask.promised then return { is = 'again' } end
  redis.call('HSET', TOLD, ask.machine, exact(PAUSE - (number(meta.opens) - now)) .. ' ' .. ask.knows)
  redis.call('HSET', META, 'now', exact(now), 'wall', exact(wall))
  return {}
end

local function material()
  local days, tallies, today = {}, {}, jst_day(at)
  for day = today - 1, today + 1 do
    days[string.format('%d', day)] = pairs_of(redis.call('HGETALL', day_key(day)))
    tallies[string.format('%d', day)] = pairs_of(redis.call('HGETALL', tally_key(day)))
  end
  return { founded = number(meta.founded), tallies = tallies, told = pairs_of(redis.call('HGETALL', TOLD)),
    found = { epoch = number(meta.was_epoch), name = meta.was_name, seq = number(meta.was_seq), at = number(meta.was_at), days = days,
      sessions = pairs_of(redis.call('HGETALL', SEEN)), absent = meta.absent or '' } }
end

local function write(key, fields)
  redis.call('DEL', key)
  for field, value in pairs(fields) do redis.call('HSET', key, field, value) end
end

local function open()
  if meta.phase ~= 'rebuilding' or meta.name ~= ask.expects or now < number(meta.opens) then return { is = 'again' } end
  if redis.call('HLEN', TOLD) ~= ask.told then return { is = 'again' } end
  for day, fields in pairs(ask.days) do
    write(day_key(tonumber(day)), fields)
    redis.call('SADD', DAYS, day)
  end
  for day, fields in pairs(ask.tallies) do write(tally_key(tonumber(day)), fields) end
  write(SEEN, ask.sessions)
  redis.call('DEL', TOLD)
  redis.call('HSET', META, 'phase', 'open', 'absent', ask.absent, 'seq', 1, 'now', exact(now), 'wall', exact(wall), 'at', exact(wall))
  return {}
end

-- A machine that was away tells what it had spent, and takes over the count as it is now.
local function join()
  if meta.phase ~= 'open' or number(meta.epoch) ~= ask.promised then return { is = 'again' } end
  for day, endpoints in pairs(ask.own) do
    for key, people in pairs(endpoints) do
      local by, total = 'by:' .. ask.machine .. ':' .. key, 0
      for _, calls in pairs(people) do total = total + calls end
      local more = total - number(redis.call('HGET', day_key(tonumber(day)), by))
      if more > 0 then
        redis.call('SADD', DAYS, day)
        redis.call('HINCRBY', day_key(tonumber(day)), by, more)
        redis.call('HINCRBY', day_key(tonumber(day)), 'used:' .. key, more)
        redis.call('HINCRBY', day_key(tonumber(day)), 'doubts:' .. key, more)
        redis.call('HSET', day_key(tonumber(day)), 'doubted:' .. key, 1)
        for person, calls in pairs(people) do
          redis.call('HINCRBY', tally_key(tonumber(day)), 'who:' .. key .. ':' .. person, math.min(calls, more))
          more = more - math.min(calls, more)
        end
      end
    end
  end
  for _, latch in ipairs(ask.latched) do
    redis.call('SADD', DAYS, latch[1])
    redis.call('HSET', day_key(latch[1]), 'latched:' .. latch[2], 1)
  end
  local absent = {}
  for machine in string.gmatch(meta.absent or '', '%S+') do
    if machine ~= ask.machine then absent[#absent + 1] = machine end
  end
  if #absent == 0 and (meta.absent or '') ~= '' then
    for _, day in ipairs(redis.call('SMEMBERS', DAYS)) do
      redis.call('HDEL', day_key(tonumber(day)), 'off:domestic', 'off:opd')
    end
  end
  meta.absent = table.concat(absent, ' ')
  redis.call('HSET', META, 'absent', meta.absent)
  leave(ask.machine)
  redis.call('HSET', SEEN, ask.session, exact(wall))
  changed()
  return { view = view() }
end

local beginnings = { found = found, tell = tell, material = material, open = open, join = join }
if delayed then return answer({ is = 'delayed' }) end
set_right()
if beginnings[ask.step] then return answer(beginnings[ask.step]()) end
return answer(guarded() or steps[ask.step]())
