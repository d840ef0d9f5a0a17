-- One POST of one message a request. Arguments: API key, first serial.
local serial, head = 0, {}

function init(args)
    head["Authorization"] = "Bearer " .. args[1]
    head["Content-Type"] = "application/json"
    serial = tonumber(args[2])
end

function request()
    serial = serial + 1
    local body = string.format(
        '{"to":"+34600%06d","text":"#%010d Your table is booked for tonight at nine."}', serial % 1000000, serial)
    return wrk.format("POST", "/v1/messages", head, body)
end

dofile(os.getenv("CABLEGRAM_BENCH_DONE"))
