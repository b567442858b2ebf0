// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ParsingTest {

    @Test
    void cpuTicksAreFoundBehindACommandNameWithSpacesAndParentheses() {
        String stat = "4711 (java (x) y) S 1 4711 4711 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 40 0 1 2 3";

        assertThat(ProcessProbe.tickCpuNs(stat)).isEqualTo(3_000_000_000L);
    }

    @Test
    void timeOnCpuIsTheFirstNumberOfSchedstat() {
        assertThat(ProcessProbe.onCpuNs("123456789 42 7\n")).isEqualTo(123_456_789);
    }

    @Test
    void switchesOfBothKindsAreAdded() {
        List<String> status = List.of(
                "Name:\tx", "VmRSS:\t  2048 kB", "voluntary_ctxt_switches:\t3", "nonvoluntary_ctxt_switches:\t4");

        assertThat(ProcessProbe.switches(status)).isEqualTo(7);
        assertThat(ProcessProbe.residentBytes(status)).isEqualTo(2 << 20);
    }

    @Test
    void cpuIsExactWhileThreadsLiveAndInTicksAfterOneHasEnded() {
        var before = new ProcessSample(1_000, new TreeMap<>(Map.of(1L, 10L, 2L, 20L)), 0, 0, -1);
        var grown = new ProcessSample(2_000, new TreeMap<>(Map.of(1L, 15L, 2L, 21L, 3L, 4L)), 0, 0, -1);
        var shrunk = new ProcessSample(3_000, new TreeMap<>(Map.of(1L, 15L)), 0, 0, -1);

        assertThat(grown.cpuNsSince(before)).isEqualTo(10);
        assertThat(shrunk.cpuNsSince(before)).isEqualTo(2_000);
    }

    @Test
    void mntrKeepsNumbersOnly() {
        assertThat(FourLetter.parse("zk_version\t3.9.5-x\nzk_cnt_fsynctime\t12\nzk_avg_latency\t0.25\nnoise\n"))
                .isEqualTo(Map.of("zk_cnt_fsynctime", 12.0, "zk_avg_latency", 0.25));
    }

    @Test
    void liveBytesAreTheTotalOfTheHistogram() throws IOException {
        String histogram = """
            42:
             num     #instances         #bytes  class name (module)
               1:         10000        2000000  [B (java.base@25)
               2:           200          40000  java.lang.Total
            Total         10200        2040000
            """;

        assertThat(HeapProbe.liveBytes(histogram)).isEqualTo(2_040_000);
        assertThatThrownBy(() -> HeapProbe.liveBytes("42: no such process")).hasMessageContaining("no such process");
    }

    @Test
    void nativeMemoryIsAllThatIsCommittedButTheHeap() {
        String summary = """
            Total: reserved=3000000KB, committed=300000KB
            -                 Java Heap (reserved=2000000KB, committed=200000KB)
            """;

        assertThat(HeapProbe.nativeBytes(summary)).isEqualTo(100_000L * 1024);
        assertThat(HeapProbe.nativeBytes("Native memory tracking is not enabled"))
                .isEqualTo(-1);
    }

    @Test
    void onlyStopsForACollectionCount() {
        SafepointLog log = SafepointLog.of(List.of(
                "[1.0s][info][safepoint] Safepoint \"G1CollectForAllocation\", Time since last: 5 ns, "
                        + "Reaching safepoint: 100 ns, Cleanup: 1 ns, At safepoint: 4000 ns, Total: 4101 ns",
                "[2.0s][info][safepoint] Safepoint \"ICBufferFull\", Time since last: 5 ns, Total: 9000000 ns",
                "[3.0s][info][safepoint   ] Safepoint \"G1PauseRemark\", Time since last: 5 ns, Total:     1000 ns",
                "a line of the server's own"));

        assertThat(log).isEqualTo(new SafepointLog(2, 4101, 5101));
    }

    @Test
    void onlyListeningSocketsOfThePortCount() {
        List<String> table = List.of(
                "  sl  local_address rem_address   st",
                "   0: 0100007F:0885 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1",
                "   1: 0100007F:0885 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 222 1",
                "   2: 0100007F:0886 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1");

        assertThat(Listener.inodes(table, 2181)).containsExactly("111");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisProcessIsFoundByItsPortAndMeasured() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long pid = Listener.pidOf(socket.getLocalPort()).orElseThrow();
            assertThat(pid).isEqualTo(ProcessHandle.current().pid());

            var nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            ProcessSample sample = new ProcessProbe(pid, nobody).sample();
            assertThat(sample.residentBytes()).isPositive();
            assertThat(sample.threadCpuNs()).isNotEmpty();
            assertThat(sample.flushes()).isEqualTo(-1);
            assertThat(Files.exists(Path.of("/proc", Long.toString(pid)))).isTrue();
        }
    }
}
