-- Print what was measured as one line of JSON.
function done(summary, latency, _)
    local wrong = summary.errors.status + summary.errors.connect + summary.errors.read
        + summary.errors.write + summary.errors.timeout
    io.write(string.format('{"requests":%d,"seconds":%.6f,"wrong":%d,"p50":%.3f,"p99":%.3f}\n',
        summary.requests, summary.duration / 1e6, wrong,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
