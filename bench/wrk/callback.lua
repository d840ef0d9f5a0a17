-- One receipt a request. Arguments: path, a file with a signature and a form on each line.
local path, calls, at, head = "", {}, 0, {}

function init(args)
    path = args[1]
    head["Content-Type"] = "application/x-www-form-urlencoded"
    for line in io.lines(args[2]) do
        calls[#calls + 1] = line
    end
end

function request()
    at = at % #calls + 1
    local signature, form = calls[at]:match("^(%S+) (.*)$")
    head["X-Twilio-Signature"] = signature
    return wrk.format("POST", path, head, form)
end

dofile(os.getenv("CABLEGRAM_BENCH_DONE"))
