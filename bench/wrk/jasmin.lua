-- One message a request, as Jasmin takes it. Arguments: what to add to the query (a callback URL, or nothing), first serial.
local serial, more = 0, ""

function init(args)
    more, serial = args[1] == "-" and "" or args[1], tonumber(args[2])
end

function request()
    serial = serial + 1
    return wrk.format("GET", string.format(
        "/send?username=u&password=p&from=1000&to=34600%06d"
        .. "&content=%%23%010d+Your+table+is+booked+for+tonight+at+nine.%s", serial % 1000000, serial, more))
end

dofile(os.getenv("CABLEGRAM_BENCH_DONE"))
