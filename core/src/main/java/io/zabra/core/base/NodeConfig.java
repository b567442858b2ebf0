// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.base;

import java.util.List;

/// Limits and switches of the state machine, fixed for its lifetime.
///
/// @param serverId the id of this server, 0 to 255; it stands in the top byte of session ids
/// @param sessions session limits
/// @param tree how znodes are interpreted and guarded
/// @param snapshots when a snapshot is due
/// @param sweep how containers and expired TTL znodes are removed
/// @param throttle how many requests are in work at a time
/// @param limits how much of what clients send and register is kept
/// @param reads how fresh they are
public record NodeConfig(
        int serverId,
        Sessions sessions,
        Tree tree,
        Snapshots snapshots,
        Sweep sweep,
        Throttle throttle,
        Limits limits,
        Reads reads) {

    /// With reads as Apache has them by default.
    public NodeConfig(
            int serverId,
            Sessions sessions,
            Tree tree,
            Snapshots snapshots,
            Sweep sweep,
            Throttle throttle,
            Limits limits) {
        this(serverId, sessions, tree, snapshots, sweep, throttle, limits, Reads.DEFAULT);
    }

    /// @param tickMs length of a tick; sessions expire on multiples of it
    /// @param timeoutMsMin shortest session timeout that is granted
    /// @param timeoutMsMax longest session timeout that is granted
    /// @param local whether sessions that begin at a member of an ensemble are known to that member only
    /// @param upgrade whether such a session is made known to all when it creates an ephemeral znode
    public record Sessions(int tickMs, int timeoutMsMin, int timeoutMsMax, boolean local, boolean upgrade) {

        /// All sessions are known to all members.
        public Sessions(int tickMs, int timeoutMsMin, int timeoutMsMax) {
            this(tickMs, timeoutMsMin, timeoutMsMax, false, false);
        }
    }

    /// @param waitingMax requests of one connection that may wait behind its unfinished writes
    /// @param waitingBytesMax bytes that these may take in memory, roughly
    /// @param txnBytesMax size of the largest entry of the log that every reader of the log accepts
    /// @param aclEntriesMax entries of an ACL, after those of scheme `auth` are replaced
    /// @param watchBytesMax memory that all watches together may take
    /// @param watchBytesPerClientMax bytes of the paths that one client watches
    public record Limits(
            int waitingMax,
            long waitingBytesMax,
            int txnBytesMax,
            int aclEntriesMax,
            long watchBytesMax,
            long watchBytesPerClientMax) {}

    /// @param linearizable paths at and below which a read shows every write that was acknowledged to anybody before it
    ///     was sent
    /// @param withoutLeaderMs time without a leader after which a member serves clients that want to read only;
    ///     negative: never
    public record Reads(List<String> linearizable, int withoutLeaderMs) {

        /// Reads of a follower may lag behind, and nobody reads where nobody leads.
        public static final Reads DEFAULT = new Reads(List.of(), -1);

        public Reads {
            linearizable = List.copyOf(linearizable);
        }
    }

    /// @param extendedTypes whether TTL znodes exist (`extendedTypesEnabled`)
    /// @param enforceQuota whether hard quotas refuse writes
    /// @param skipAcl whether every ACL check passes
    /// @param digest whether transactions carry the digest of the tree
    /// @param superDigest the digest id that is granted every permission; empty for none
    /// @param digestEnabled whether the digest scheme exists
    /// @param digestAlgorithm hash of the digest scheme, SHA1 as a rule
    /// @param reconfigEnabled whether `reconfig` gets past its first check
    /// @param requiredSchemes if not empty, requests of connections without a credential of one of these are
    ///     refused
    public record Tree(
            boolean extendedTypes,
            boolean enforceQuota,
            boolean skipAcl,
            boolean digest,
            String superDigest,
            boolean digestEnabled,
            String digestAlgorithm,
            boolean reconfigEnabled,
            List<String> requiredSchemes) {

        public Tree {
            requiredSchemes = List.copyOf(requiredSchemes);
        }
    }

    /// @param count transactions after which a snapshot is due; the real number is drawn from [count/2, count]
    /// @param logBytes size of the log after which one is due, drawn likewise; 0 or less: no such limit
    public record Snapshots(int count, long logBytes) {}

    /// @param intervalMs time between two sweeps
    /// @param perMinuteMax removals a minute
    /// @param neverUsedMsMax age at which a container that never had a child is removed; 0: never
    public record Sweep(int intervalMs, int perMinuteMax, long neverUsedMsMax) {}

    /// @param requestsMax requests in work above which others wait; 0: no limit
    /// @param stallMs time between two looks at the first request that waits, if nothing else calls for one
    /// @param dropStale whether waiting requests that nobody waits for any more are dropped, with their connection
    /// @param staleConnections whether those of closed connections count as such
    /// @param staleLatency whether those older than the timeout of their session count as such
    /// @param waitMsMax time from its arrival after which a request is answered with THROTTLEDOP instead of being
    ///         worked on; 0: never
    public record Throttle(
            int requestsMax,
            int stallMs,
            boolean dropStale,
            boolean staleConnections,
            boolean staleLatency,
            int waitMsMax) {

        /// No throttling, with Apache's defaults for the rest.
        public static final Throttle OFF = new Throttle(0, 100, true, true, false, 0);
    }

    private static final int MIB = 1 << 20;

    /// The defaults of Apache ZooKeeper 3.9 with a tick of two seconds.
    public static NodeConfig defaults() {
        return new NodeConfig(
                1,
                new Sessions(2_000, 4_000, 40_000),
                new Tree(false, false, false, true, "", true, "SHA1", false, List.of()),
                new Snapshots(100_000, 4L << 30),
                new Sweep(60_000, 10_000, 0),
                Throttle.OFF,
                new Limits(100_000, 64L * MIB, 2 * MIB - 2, 1_000, 2_048L * MIB, 1_024L * MIB));
    }
}
