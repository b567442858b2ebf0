// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.target;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What all servers of a comparison have in common.
///
/// @param jdk the JDK that runs them
/// @param heap maximum heap as for `-Xmx`; empty = the server's own default
/// @param jvmFlags further flags for the server's JVM
/// @param snapCount transactions between two snapshots
/// @param workFolder where data directories are made: a real disk, not tmpfs
public record ServerSettings(Path jdk, String heap, List<String> jvmFlags, int snapCount, Path workFolder) {

    /// Apache's own default.
    public static final int SNAP_COUNT_DEFAULT = 100_000;

    /// So many that no snapshot is written during a measurement.
    public static final int SNAP_COUNT_NEVER = 100_000_000;

    public ServerSettings withSnapCount(int count) {
        return new ServerSettings(jdk, heap, jvmFlags, count, workFolder);
    }

    public ServerSettings withJvmFlags(List<String> flags) {
        return new ServerSettings(jdk, heap, flags, snapCount, workFolder);
    }

    /// With this heap, unless the run leaves it to the servers.
    public ServerSettings withHeap(String size) {
        return new ServerSettings(jdk, heap.isEmpty() ? heap : size, jvmFlags, snapCount, workFolder);
    }

    public ServerSettings withMoreJvmFlags(List<String> flags) {
        return withJvmFlags(Stream.concat(jvmFlags.stream(), flags.stream()).toList());
    }

    List<String> allJvmFlags() {
        return heap.isEmpty()
                ? jvmFlags
                : Stream.concat(Stream.of("-Xmx" + heap), jvmFlags.stream()).toList();
    }

    /// The `zoo.cfg` of the run.
    String zooCfg(Path dataDir, int port) {
        return """
            tickTime=2000
            dataDir=%s
            clientPort=%d
            clientPortAddress=127.0.0.1
            maxClientCnxns=0
            clientPortListenBacklog=16384
            admin.enableServer=false
            4lw.commands.whitelist=*
            snapCount=%d
            """.formatted(dataDir, port, snapCount);
    }

    /// What the `zoo.cfg` of a member has in addition. The time for a first synchronisation is long enough for a
    /// million znodes; the time after which a silent leader is given up is what Apache's sample file has.
    static String ensembleCfg(List<MemberPorts> ports) {
        var lines = new StringBuilder("initLimit=60\nsyncLimit=5\n");
        for (int id = 1; id <= ports.size(); id++) {
            MemberPorts of = ports.get(id - 1);
            lines.append("server.%d=127.0.0.1:%d:%d\n".formatted(id, of.quorum(), of.election()));
        }
        return lines.toString();
    }
}
