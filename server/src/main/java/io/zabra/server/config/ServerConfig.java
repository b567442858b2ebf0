// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import static io.zabra.server.config.InvalidSettingException.check;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.election.ElectionTiming;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.zab.Timing;
import io.zabra.storage.stream.Compression;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// All settings of one server. Immutable; an instance that exists is valid. Replaces Apache's `ServerConfig` and
/// `QuorumPeerConfig` and the hundred system properties that its classes read on their own.
///
/// Durations and sizes carry their unit at the end of their name.
///
/// @param listeners what is opened for clients
/// @param ensemble the ensemble that the server is a member of; null if it stands alone
/// @param sessions session limits
/// @param storage the data directory and what is written there
/// @param limits how much of everything is taken before it is refused or slowed down
/// @param tree how znodes are interpreted and guarded
/// @param security who may do what
/// @param admin four-letter words
/// @param pauses watch over pauses of the process
/// @param passedOn settings that Zabra does not know, as system properties `zookeeper.<key>` (what Apache makes of
///         them)
public record ServerConfig(
        Listeners listeners,
        @Nullable Ensemble ensemble,
        Sessions sessions,
        Storage storage,
        Limits limits,
        Tree tree,
        Security security,
        Admin admin,
        Pauses pauses,
        SortedMap<String, String> passedOn) {

    public ServerConfig {
        passedOn = Collections.unmodifiableSortedMap(new TreeMap<>(passedOn));
    }

    /// What the client ports are and how many may come through them.
    ///
    /// @param client address of the client port; port 0 takes any free one
    /// @param linearizable address of the port for clients whose reads are linearizable; null if there is none
    /// @param backlog waiting connections that the kernel keeps; -1: the default of the platform
    /// @param perAddressMax connections from one address (`maxClientCnxns`); 0: no limit
    /// @param connectionsMax connections in all (`maxCnxns`); 0: no limit
    /// @param sessionlessTimeoutMs time after which a connection that sent no connect request is closed
    /// @param ioThreads event loops; 0: chosen by the number of cores
    /// @param keepAlive whether the kernel probes connections that are silent
    public record Listeners(
            InetSocketAddress client,
            @Nullable InetSocketAddress linearizable,
            int backlog,
            int perAddressMax,
            int connectionsMax,
            int sessionlessTimeoutMs,
            int ioThreads,
            boolean keepAlive) {}

    /// The ensemble, and the server's place in it.
    ///
    /// @param self the server itself, with the id in the file `myid`, 0 to 255; `membership` has it, unless it is no
    ///     member
    /// @param membership the servers of the configuration; one of a later version may stand in the tree
    /// @param timing how long members wait for each other
    /// @param election how patient elections are
    /// @param quorumListen where the quorum port is opened while the server leads
    /// @param electionListen where the election port is opened
    /// @param electionConnectMsMax how long a connection for votes, or its first message, may take
    /// @param quorumConnectMsMax how long the connection to a leader may take
    /// @param changes whether the members may change while they serve
    /// @param observers how followers serve observers
    /// @param epochTransactionsMax behind how many transactions a leader makes way for another epoch
    public record Ensemble(
            Member self,
            Membership membership,
            Timing timing,
            ElectionTiming election,
            InetSocketAddress quorumListen,
            InetSocketAddress electionListen,
            int electionConnectMsMax,
            int quorumConnectMsMax,
            Changes changes,
            Observers observers,
            long epochTransactionsMax) {

        /// How followers serve observers, and observers learn from them.
        ///
        /// @param masterPort at which followers serve observers; 0 if they do not
        /// @param bytesMax how much may be under way from a follower to all of its observers
        /// @param pauseMsMax how long an observer waits before it connects again
        public record Observers(int masterPort, long bytesMax, int pauseMsMax) {}

        /// How the members may change.
        ///
        /// @param enabled whether they may (`reconfigEnabled`)
        /// @param votersMin how many voters must be left
        /// @param next a membership that was proposed when this server ended; null if there is none
        /// @param file the configuration file, beside which a change is written down; null if there is none
        public record Changes(
                boolean enabled,
                int votersMin,
                @Nullable Membership next,
                @Nullable Path file) {}

        /// The server's own id.
        public long sid() {
            return self.sid();
        }
    }

    /// Session limits.
    ///
    /// @param tickMs length of a tick; sessions expire on multiples of it
    /// @param timeoutMsMin shortest session timeout that is granted
    /// @param timeoutMsMax longest session timeout that is granted
    /// @param local whether sessions are known only to the member of an ensemble at which they begin
    /// @param upgrade whether these are made known to all when they need to be
    public record Sessions(int tickMs, int timeoutMsMin, int timeoutMsMax, boolean local, boolean upgrade) {

        public Sessions {
            check(tickMs > 0, "tickTime", "must be above 0");
            check(timeoutMsMin > 0, "minSessionTimeout", "must be above 0, but is " + timeoutMsMin);
            check(
                    timeoutMsMax >= timeoutMsMin,
                    "maxSessionTimeout",
                    "must be at least minSessionTimeout, " + timeoutMsMin + " ms, but is " + timeoutMsMax + " ms");
        }
    }

    /// The data directory and what is written there. Both directories are as configured: the files lie in
    /// `version-2` below them.
    ///
    /// @param dataDir folder of the snapshots
    /// @param logDir folder of the transaction log; the same as `dataDir` unless configured
    /// @param createDirs whether missing folders are created
    /// @param trustEmptySnapshot whether a log without any snapshot is accepted (upgrade from ZooKeeper 3.4)
    /// @param startEmpty whether an empty data directory starts a new tree (`db.autocreate`)
    /// @param log the transaction log
    /// @param snapshots when a snapshot is due
    /// @param purge removal of old files
    /// @param reserve guard against a full disk
    public record Storage(
            Path dataDir,
            Path logDir,
            boolean createDirs,
            boolean trustEmptySnapshot,
            boolean startEmpty,
            Log log,
            Snapshots snapshots,
            Purge purge,
            Reserve reserve) {}

    /// The transaction log.
    ///
    /// @param preallocBytes size by which a log file grows ahead of the writes
    /// @param force whether acknowledged writes have been forced to disk; only false for tests that may lose data
    /// @param fsyncWarningMs duration of an fsync above which an event is told
    /// @param fileBytesMax size of a log file above which the next one is begun; 0: no limit
    public record Log(long preallocBytes, boolean force, int fsyncWarningMs, long fileBytesMax) {}

    /// When a snapshot is due and how it is written.
    ///
    /// @param count transactions after which one is due
    /// @param logBytes size of the log after which one is due; 0 or less: no such limit
    /// @param compression of the files that are written; all kinds are read
    public record Snapshots(int count, long logBytes, Compression compression) {

        public Snapshots {
            check(count >= 2, "snapCount", "must be at least 2, but is " + count);
        }
    }

    /// Removal of old snapshots and logs.
    ///
    /// @param keep snapshots that stay, with the logs that they need
    /// @param intervalHours time between two purges; 0: never
    public record Purge(int keep, int intervalHours) {}

    /// Guard against a full disk: below `refuseBelowBytes` of free space writes are refused and reads go on, above
    /// `resumeAboveBytes` writes are taken again.
    ///
    /// @param refuseBelowBytes free space under which writes are refused; 0: never
    /// @param resumeAboveBytes free space from which on they are taken again
    public record Reserve(long refuseBelowBytes, long resumeAboveBytes) {

        public Reserve {
            check(
                    resumeAboveBytes >= refuseBelowBytes,
                    "zabra.disk.resumeAboveMb",
                    "must be at least zabra.disk.refuseBelowMb");
        }
    }

    /// How much is taken before it is refused or slowed down.
    ///
    /// @param packetBytesMax longest request (`jute.maxbuffer`)
    /// @param extraBytesMax what a transaction in the log may be longer than that
    /// @param outstandingMax requests in work above which reading from busy connections pauses
    ///         (`globalOutstandingLimit`)
    /// @param waitingMax requests of one connection that may wait behind its unfinished writes
    /// @param waitingBytesMax bytes that these may take
    /// @param aclEntriesMax entries of an ACL
    /// @param watches watches of clients
    /// @param outgoingBytesMax bytes that one client may leave unread before it is disconnected
    /// @param outgoingBytesSumMax the same for all clients together; 0: by the size of the heap
    /// @param incomingBytesSumMax bytes of requests that are incomplete or not answered, in all; 0: by the size of the
    ///     heap
    /// @param requests throttling of requests that were read
    /// @param large limit of large requests in work
    /// @param connections connection throttling
    public record Limits(
            int packetBytesMax,
            int extraBytesMax,
            int outstandingMax,
            int waitingMax,
            long waitingBytesMax,
            int aclEntriesMax,
            Watches watches,
            int outgoingBytesMax,
            long outgoingBytesSumMax,
            long incomingBytesSumMax,
            NodeConfig.Throttle requests,
            LargeRequests large,
            ConnectionThrottle connections) {}

    /// Limit of large requests in work.
    ///
    /// @param threshold length above which a request is large; -1: none is
    /// @param bytesMax bytes of large requests in work above which another one is refused
    public record LargeRequests(int threshold, int bytesMax) {

        public LargeRequests {
            check(threshold != 0, "largeRequestThreshold", "must be above 0, or -1 for no limit");
        }
    }

    /// Watches of clients.
    ///
    /// @param bytesMax memory that all together may take
    /// @param bytesPerClientMax bytes of the paths that one client watches
    public record Watches(long bytesMax, long bytesPerClientMax) {}

    /// Connection throttling by a token bucket with random early drop (`connection_throttle_*`).
    ///
    /// @param tokensMax size of the bucket; 0: off
    /// @param fillTimeMs time after which tokens are added
    /// @param fillCount tokens that are added
    /// @param freezeTimeMs time between two changes of the drop probability; below 0: no early drop
    /// @param dropIncrease added to the drop probability when the bucket runs low
    /// @param dropDecrease taken from it when the bucket has room
    /// @param decreaseRatio share of free tokens above which it is lowered
    /// @param weights tokens that a connection costs, by kind of session
    public record ConnectionThrottle(
            int tokensMax,
            int fillTimeMs,
            int fillCount,
            int freezeTimeMs,
            double dropIncrease,
            double dropDecrease,
            double decreaseRatio,
            Weights weights) {}

    /// Tokens that a connection costs.
    ///
    /// @param enabled whether weights count; if not, each connection costs one token
    /// @param global a new session
    /// @param local a new local session
    /// @param renewed a session that comes back
    public record Weights(boolean enabled, int global, int local, int renewed) {

        public Weights {
            check(global >= local, "connection_throttle_global_session_weight", "must be at least the local weight");
            check(renewed >= local, "connection_throttle_renew_session_weight", "must be at least the local weight");
        }
    }

    /// How znodes are interpreted and guarded.
    ///
    /// @param extendedTypes whether TTL znodes exist
    /// @param enforceQuota whether hard quotas refuse writes
    /// @param emulate353Ttl whether, with extended types, the owners that 3.5.3 wrote for TTL znodes are understood
    /// @param digest whether transactions carry the digest of the tree
    /// @param sweepIntervalMs time between two sweeps for empty containers and expired TTL znodes
    /// @param sweepPerMinuteMax removals a minute
    /// @param neverUsedMsMax age at which a container that never had a child is removed; 0: never
    /// @param reads how fresh reads are
    public record Tree(
            boolean extendedTypes,
            boolean enforceQuota,
            boolean emulate353Ttl,
            boolean digest,
            int sweepIntervalMs,
            int sweepPerMinuteMax,
            long neverUsedMsMax,
            NodeConfig.Reads reads) {}

    /// Who may do what.
    ///
    /// @param skipAcl whether every ACL check passes
    /// @param reconfigEnabled whether `reconfig` gets past its first check
    /// @param superDigest the digest id that is granted every permission; empty for none
    /// @param digestEnabled whether the digest scheme exists
    /// @param digestAlgorithm hash of the digest scheme
    /// @param requiredSchemes if not empty, a connection that has none of these is closed at its first request
    ///     other
    ///         than `auth`, with SESSIONCLOSEDREQUIRESASLAUTH (-124)
    public record Security(
            boolean skipAcl,
            boolean reconfigEnabled,
            String superDigest,
            boolean digestEnabled,
            String digestAlgorithm,
            SortedSet<String> requiredSchemes) {

        public Security {
            requiredSchemes = Collections.unmodifiableSortedSet(new TreeSet<>(requiredSchemes));
            check(
                    digestEnabled || !requiredSchemes.contains("digest"),
                    "enforce.auth.schemes",
                    "names digest, which DigestAuthenticationProvider.enabled=false turns off");
        }

        /// Leaves out the digest: it is as good as a password to whoever can guess it.
        @Override
        public String toString() {
            return "Security[skipAcl=" + skipAcl + ", reconfigEnabled=" + reconfigEnabled + ", superDigest="
                    + (superDigest.isEmpty() ? "none" : "***") + ", digestEnabled=" + digestEnabled
                    + ", digestAlgorithm=" + digestAlgorithm + ", requiredSchemes=" + requiredSchemes + "]";
        }
    }

    /// Four-letter words.
    ///
    /// @param words the words that are answered; `srvr` is always among them
    /// @param dumpLinesMax lines after which `cons`, `dump`, `wchc` and `wchp` are cut
    public record Admin(SortedSet<String> words, int dumpLinesMax) {

        public Admin {
            words = Collections.unmodifiableSortedSet(new TreeSet<>(words));
        }
    }

    /// Watch over pauses of the process.
    ///
    /// @param watched whether anybody watches
    /// @param sleepMs time between two looks
    /// @param infoMs pause above which an event is told
    /// @param warnMs pause above which it is a warning
    public record Pauses(boolean watched, int sleepMs, int infoMs, int warnMs) {}

    /// Leaves out the values of settings that Zabra does not know: they may be secrets.
    @Override
    public String toString() {
        return "ServerConfig[" + listeners + ", " + ensemble + ", " + sessions + ", " + storage + ", " + limits + ", "
                + tree + ", " + security + ", " + admin + ", " + pauses + ", passedOn=" + passedOn.keySet() + "]";
    }

    /// The part of the settings that the state machine needs.
    public NodeConfig node() {
        return new NodeConfig(
                ensemble == null ? STANDALONE_SERVER_ID : Math.toIntExact(ensemble.sid()),
                new NodeConfig.Sessions(
                        sessions.tickMs(),
                        sessions.timeoutMsMin(),
                        sessions.timeoutMsMax(),
                        sessions.local(),
                        sessions.upgrade()),
                new NodeConfig.Tree(
                        tree.extendedTypes(),
                        tree.enforceQuota(),
                        security.skipAcl(),
                        tree.digest(),
                        security.superDigest(),
                        security.digestEnabled(),
                        security.digestAlgorithm(),
                        security.reconfigEnabled(),
                        List.copyOf(security.requiredSchemes())),
                new NodeConfig.Snapshots(
                        storage.snapshots().count(), storage.snapshots().logBytes()),
                new NodeConfig.Sweep(tree.sweepIntervalMs(), tree.sweepPerMinuteMax(), tree.neverUsedMsMax()),
                limits.requests(),
                new NodeConfig.Limits(
                        limits.waitingMax(),
                        limits.waitingBytesMax(),
                        (int) Math.min(
                                Integer.MAX_VALUE,
                                (long) limits.packetBytesMax() + Math.max(EXTRA_BYTES_MIN, limits.extraBytesMax())),
                        limits.aclEntriesMax(),
                        limits.watches().bytesMax(),
                        limits.watches().bytesPerClientMax()),
                tree.reads());
    }

    /// Apache takes a smaller `jute.maxbuffer.extrasize` for this.
    private static final int EXTRA_BYTES_MIN = 1_024;

    /// What stands in the top byte of session ids of a standalone server, as in Apache.
    private static final int STANDALONE_SERVER_ID = 1;

    /// What `zabra server` starts with when it is given no file, in the syntax of `zoo.cfg`: reachable from this
    /// machine only, data in the folder `data` below the current one.
    static final List<String> WITHOUT_FILE =
            List.of("clientPortAddress=127.0.0.1", "clientPort=2181", "dataDir=data", "tickTime=2000");
}
