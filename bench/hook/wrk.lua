-- Posts the body in the file of the first argument, and prints what wrk measured as a line of JSON.
-- With a placeholder as second argument, each call has another number in its place: as many in turn
-- as the third argument says, or always a new one with 0. No two runs have the same.

function init(args)
  local file = assert(io.open(args[1], 'rb'))
  local body = file:read('*a')
  file:close()
  wrk.method = 'POST'
  wrk.headers['Content-Type'] = 'application/json'
  wrk.body = body
  if not args[2] then return end

  local from, to = assert(body:find(args[2], 1, true))
  local whole = wrk.format()
  local head = whole:sub(1, #whole - #body)
  local before, after = head .. body:sub(1, from - 1), body:sub(to + 1)
  local digits = '%0' .. #args[2] .. 'd'
  local first, numbers, turn = os.time() * 1e6, tonumber(args[3]), 0
  function request()
    turn = turn + 1
    if numbers > 0 then turn = turn % numbers end
    return before .. digits:format(first + turn) .. after
  end
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(('{"calls":%d,"failed":%d,"seconds":%f}\n'):format(
    summary.requests, failed, summary.duration / 1e6))
end
