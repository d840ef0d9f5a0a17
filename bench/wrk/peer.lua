-- One message a request, by GET. Arguments: path, name of the text's field, what to add to the query ("-": nothing), serial.
local form, more, serial = "", "", 0

function init(args)
    form = args[1] .. "?username=u&password=p&from=1000&to=34600%06d&" .. args[2]
        .. "=%%23%010d+Your+table+is+booked+for+tonight+at+nine.%s"
    more, serial = args[3] == "-" and "" or args[3], tonumber(args[4])
end

function request()
    serial = serial + 1
    return wrk.format("GET", string.format(form, serial % 1000000, serial, more))
end

dofile(os.getenv("CABLEGRAM_BENCH_DONE"))
