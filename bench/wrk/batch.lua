-- One POST of 1,000 messages a request. Arguments: API key, first serial.
local body, head = "", {}

function init(args)
    head["Authorization"] = "Bearer " .. args[1]
    head["Content-Type"] = "application/json"
    local items = {}
    for n = 1, 1000 do
        items[n] = string.format(
            '{"to":"+34600%06d","text":"#%010d Your table is booked for tonight at nine."}', n * 7, n + tonumber(args[2]))
    end
    body = '{"messages":[' .. table.concat(items, ",") .. "]}"
end

function request()
    return wrk.format("POST", "/v1/messages/batch", head, body)
end

dofile(os.getenv("CABLEGRAM_BENCH_DONE"))
