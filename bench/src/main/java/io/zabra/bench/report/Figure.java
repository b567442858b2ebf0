// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.report;

/// What can be measured: its key in JSON, its title and unit in tables, and which way is better.
public enum Figure {
    OPERATIONS_PER_SECOND("operationsPerSecond", "throughput", "ops/s", Better.HIGHER, 0),
    SERVER_CPU_US("serverCpuUsPerOperation", "server CPU", "us/op", Better.LOWER, 2),
    LEADER_CPU_US("leaderCpuUsPerOperation", "of it the leader", "us/op", Better.LOWER, 2),
    CLIENT_CPU_US("clientCpuUsPerOperation", "generator CPU", "us/op", Better.NEITHER, 2),
    P50_US("p50Us", "latency p50", "us", Better.LOWER, 0),
    P99_US("p99Us", "latency p99", "us", Better.LOWER, 0),
    P999_US("p999Us", "latency p99.9", "us", Better.LOWER, 0),
    MAX_US("maxUs", "latency max", "us", Better.LOWER, 0),
    SEND_LAG_P99_US("sendLagP99Us", "pacer late p99", "us", Better.NEITHER, 0),
    SWITCHES("contextSwitchesPerOperation", "context switches", "/op", Better.LOWER, 3),
    OPERATIONS_PER_FLUSH("operationsPerFlush", "operations a flush", "op", Better.HIGHER, 1),
    RESIDENT_MIB("residentMiB", "resident size", "MiB", Better.LOWER, 0),
    LEADER_RESIDENT_MIB("leaderResidentMiB", "of it the leader", "MiB", Better.LOWER, 0),
    ERRORS("errors", "error replies", "", Better.LOWER, 0),
    ELAPSED_MS("elapsedMs", "elapsed", "ms", Better.LOWER, 1),
    WRITER_WAIT_MS("writerWaitMs", "writer waits", "ms", Better.LOWER, 1),
    REFUSED("refusedSessions", "refused sessions", "", Better.LOWER, 0),
    SNAPSHOTS("snapshotsWritten", "snapshots written", "", Better.NEITHER, 0),
    FIRST_ANSWER_MS("firstAnswerMs", "exec to first session", "ms", Better.LOWER, 0),
    START_CPU_MS("startCpuMs", "CPU until then", "ms", Better.LOWER, 0),
    LEADER_CPU_MS("leaderCpuMs", "CPU of the leader meanwhile", "ms", Better.LOWER, 0),
    OUTAGE_P50_MS("outageP50Ms", "nobody can write, p50", "ms", Better.LOWER, 0),
    OUTAGE_MAX_MS("outageMaxMs", "nobody can write, max", "ms", Better.LOWER, 0),
    CLIENT_OUTAGE_P50_MS("clientOutageP50Ms", "a client cannot write, p50", "ms", Better.LOWER, 0),
    CLIENT_OUTAGE_P90_MS("clientOutageP90Ms", "a client cannot write, p90", "ms", Better.LOWER, 0),
    CLIENT_OUTAGE_P99_MS("clientOutageP99Ms", "a client cannot write, p99", "ms", Better.LOWER, 0),
    CLIENT_OUTAGE_MAX_MS("clientOutageMaxMs", "a client cannot write, max", "ms", Better.LOWER, 0),
    NEW_LEADER_P50_MS("newLeaderP50Ms", "until a new leader serves, p50", "ms", Better.LOWER, 0),
    NEW_LEADER_MAX_MS("newLeaderMaxMs", "until a new leader serves, max", "ms", Better.LOWER, 0),
    LOST_SESSIONS("lostSessions", "sessions lost", "", Better.LOWER, 0),
    LOAD_PER_SECOND("loadedPerSecond", "loading", "znodes/s", Better.HIGHER, 0),
    HEAP_BYTES_EACH("liveHeapBytesEach", "live heap each", "B", Better.LOWER, 0),
    NATIVE_MIB("nativeGrowthMiB", "growth outside the heap", "MiB", Better.LOWER, 1),
    PAUSE_MAX_MS("longestPauseMs", "longest GC pause", "ms", Better.LOWER, 1),
    PAUSE_TOTAL_MS("totalPauseMs", "all GC pauses", "ms", Better.LOWER, 1),
    PAUSES("pauses", "GC pauses", "", Better.NEITHER, 0),
    WATCHES("watches", "watches by mntr", "", Better.NEITHER, 0);

    private final String key;
    private final String title;
    private final String unit;
    private final Better better;
    private final int decimals;

    Figure(String key, String title, String unit, Better better, int decimals) {
        this.key = key;
        this.title = title;
        this.unit = unit;
        this.better = better;
        this.decimals = decimals;
    }

    public String key() {
        return key;
    }

    String title() {
        return unit.isEmpty() ? title : title + ", " + unit;
    }

    int decimals() {
        return decimals;
    }

    Better better() {
        return better;
    }

    /// Which direction is the good one.
    enum Better {
        HIGHER,
        LOWER,
        NEITHER
    }
}
