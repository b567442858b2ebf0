// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import io.zabra.core.zab.Ensemble;
import io.zabra.server.config.Setting.Effective;
import java.util.List;

/// The rows of the table that do what they say.
final class EffectiveSettings {

    private static final long INT = Integer.MAX_VALUE;
    private static final long LONG = Long.MAX_VALUE;

    private EffectiveSettings() {}

    static final List<Setting> LISTENERS = List.of(
            row("clientPort", whole(0, 65_535, ""), "", "Port for clients; required in a file. 0 takes any free one."),
            row("clientPortAddress", new Kind.Text(), "", "Address on which the client port is opened; empty for all."),
            own(
                    "zabra.linearizableClientPort",
                    whole(-1, 65_535, ""),
                    "-1",
                    "Port for clients each of whose reads is as fresh as if after a `sync`; on the address of the"
                            + " client port. -1: none."),
            row(
                    "clientPortListenBacklog",
                    whole(-1, INT, ""),
                    "-1",
                    "Waiting connections that the kernel keeps; -1: its default."),
            row("maxClientCnxns", whole(0, INT, ""), "60", "Connections from one address; 0: no limit."),
            row("maxCnxns", whole(0, INT, ""), "0", "Connections in all; 0: no limit."),
            row(
                    "nio.sessionlessCnxnTimeout",
                    whole(1, INT, "ms"),
                    "10000",
                    "Time after which a connection that asked for no session is closed."),
            row("clientTcpKeepAlive", flag(), "false", "Whether the kernel probes connections that are silent."),
            own(
                    "zabra.io.threads",
                    whole(0, 1_024, ""),
                    "0",
                    "Event loops for client connections; 0: by the number of cores."));

    static final List<Setting> SESSIONS = List.of(
            row("tickTime", whole(1, INT, "ms"), "3000", "Length of a tick; sessions expire on multiples of it."),
            row(
                    "minSessionTimeout",
                    whole(-1, INT, "ms"),
                    "-1",
                    "Shortest session timeout that is granted; -1: two ticks."),
            row(
                    "maxSessionTimeout",
                    whole(-1, INT, "ms"),
                    "-1",
                    "Longest session timeout that is granted; -1: twenty ticks."),
            row(
                    "localSessionsEnabled",
                    flag(),
                    "false",
                    "In ensembles: sessions are known only where they begin, own no ephemeral znodes, cannot move."),
            row(
                    "localSessionsUpgradingEnabled",
                    flag(),
                    "false",
                    "A local session becomes known to all before it creates an ephemeral znode; else that is"
                            + " refused."));

    static final List<Setting> STORAGE = List.of(
            row("dataDir", new Kind.Required("folder"), "", "Folder of the snapshots; required in a file."),
            row(
                    "dataLogDir",
                    new Kind.Required("folder"),
                    "",
                    "Folder of the transaction log; if not given, that of the snapshots."),
            row("datadir.autocreate", flag(), "true", "Whether missing folders are created."),
            row(
                    "db.autocreate",
                    flag(),
                    "true",
                    "Whether a new tree is started where there is no data; if not, `dataLogDir` must hold a file"
                            + " `initialize`."),
            row(
                    "snapshot.trust.empty",
                    flag(),
                    "false",
                    "Whether logs without a snapshot are accepted (upgrade from 3.4)."),
            row(
                    "preAllocSize",
                    whole(0, 1 << 21, "KiB"),
                    "65536",
                    "Size by which a log file grows ahead of the writes."),
            row(
                    "forceSync",
                    yesNo(),
                    "yes",
                    "Whether writes are forced to disk before they are acknowledged; `no` loses data in a power cut."),
            both(
                    "fsync.warningthresholdms",
                    whole(0, INT, "ms"),
                    "1000",
                    "Duration of an fsync above which a warning is logged."),
            row(
                    "txnLogSizeLimitInKb",
                    whole(-1, LONG / 1_024, "KiB"),
                    "-1",
                    "Size of a log file above which the next one is begun; 0 or less: no such limit."),
            row(
                    "snapCount",
                    whole(2, INT, ""),
                    "100000",
                    "Transactions after which a snapshot is taken; the real number is drawn from half of it up."),
            row(
                    "snapSizeLimitInKb",
                    whole(-1, LONG / 1_024, "KiB"),
                    "4194304",
                    "Size of the log after which a snapshot is taken; 0 or less: no such limit."),
            row(
                    "snapshot.compression.method",
                    new Kind.Choice(List.of("none", "gz", "snappy")),
                    "none",
                    "Compression of snapshots; all kinds are read."),
            row(
                    "autopurge.snapRetainCount",
                    whole(0, INT, ""),
                    "3",
                    "Snapshots that a purge keeps, with their logs; less than 3 means 3."),
            row(
                    "autopurge.purgeInterval",
                    whole(-1, INT, "hours"),
                    "24",
                    "Time between purges; 0, which is Apache's default: never."),
            own(
                    "zabra.disk.refuseBelowMb",
                    whole(0, LONG >> 20, "MiB"),
                    "256",
                    "Free disk space under which writes are refused; under an eighth of it, new sessions too. 0:"
                            + " never."),
            own(
                    "zabra.disk.resumeAboveMb",
                    whole(0, LONG >> 20, "MiB"),
                    "384",
                    "Free disk space from which on writes are taken again."));

    static final List<Setting> LIMITS = List.of(
            both("jute.maxbuffer", whole(1_024, INT - 8, "bytes"), "1048575", "Longest request."),
            row(
                    "jute.maxbuffer.extrasize",
                    whole(0, INT - 8, "bytes"),
                    "",
                    "What a logged transaction may be longer than that; if not given, as much again."),
            row(
                    "globalOutstandingLimit",
                    whole(1, INT, ""),
                    "1000",
                    "Requests in work above which reading from busy connections pauses."),
            row(
                    "request_throttle_max_requests",
                    whole(0, INT, ""),
                    "0",
                    "Requests in work above which others, already read, wait for their turn; 0: no limit."),
            row(
                    "request_throttle_stall_time",
                    whole(1, INT, "ms"),
                    "100",
                    "Time after which the first of them is looked at again if nothing was answered meanwhile."),
            row(
                    "request_throttle_drop_stale",
                    flag(),
                    "true",
                    "Whether a waiting request that is stale is dropped, and its connection closed."),
            row(
                    "request_stale_connection_check",
                    flag(),
                    "true",
                    "Whether a request is stale when its connection is closed."),
            row(
                    "request_stale_latency_check",
                    flag(),
                    "false",
                    "Whether a request is stale when it is older than the timeout of its session."),
            row(
                    "throttled_op_wait_time",
                    whole(0, INT, "ms"),
                    "0",
                    "Time from its arrival after which a request is answered with THROTTLEDOP (-127); 0: never."),
            row(
                    "largeRequestThreshold",
                    whole(-1, INT, "bytes"),
                    "-1",
                    "Length above which a request counts as large; -1: none does."),
            row(
                    "largeRequestMaxBytes",
                    whole(1, INT, "bytes"),
                    "104857600",
                    "Bytes of large requests in work above which the connection of another one is closed."),
            row(
                    "connection_throttle_tokens",
                    whole(0, INT, ""),
                    "0",
                    "New connections that are taken at once (a token bucket); 0: off."),
            row("connection_throttle_fill_time", whole(1, INT, "ms"), "1", "Time after which tokens are added."),
            row("connection_throttle_fill_count", whole(1, INT, ""), "1", "Tokens that are added."),
            row(
                    "connection_throttle_freeze_time",
                    whole(-1, INT, "ms"),
                    "-1",
                    "Time between changes of the drop probability; -1: no early drop."),
            row(
                    "connection_throttle_drop_increase",
                    new Kind.Share(),
                    "0.02",
                    "What is added to the drop probability when tokens run low."),
            row(
                    "connection_throttle_drop_decrease",
                    new Kind.Share(),
                    "0.002",
                    "What is taken from it when there are enough."),
            row(
                    "connection_throttle_decrease_ratio",
                    new Kind.Share(),
                    "0",
                    "Share of free tokens above which it is lowered."),
            row(
                    "connection_throttle_weight_enabled",
                    flag(),
                    "false",
                    "Whether connections cost tokens by their kind of session."),
            row("connection_throttle_global_session_weight", whole(1, INT, ""), "3", "Tokens for a new session."),
            row(
                    "connection_throttle_local_session_weight",
                    whole(1, INT, ""),
                    "1",
                    "Tokens for a new local session, which needs an ensemble."),
            row(
                    "connection_throttle_renew_session_weight",
                    whole(1, INT, ""),
                    "2",
                    "Tokens for a session that comes back."),
            own(
                    "zabra.limits.waitingRequests",
                    whole(1, INT, ""),
                    "100000",
                    "Requests of one connection that may wait behind its unfinished writes."),
            own(
                    "zabra.limits.waitingBytes",
                    whole(65_536, LONG, "bytes"),
                    "67108864",
                    "Memory that these may take, and all that slow clients keep waiting together; above it, one"
                            + " connection is closed."),
            own(
                    "zabra.limits.aclEntries",
                    whole(1, INT, ""),
                    "1000",
                    "Entries of an ACL; a longer one is refused with INVALIDACL (-114)."),
            own(
                    "zabra.limits.watchBytes",
                    whole(0, LONG, "bytes"),
                    "0",
                    "Memory that watches may take, above which more are refused; 0: a quarter of the heap."),
            own(
                    "zabra.limits.watchBytesPerClient",
                    whole(0, LONG, "bytes"),
                    "0",
                    "Bytes of the paths that one connection watches; 0: half of `zabra.limits.watchBytes`."),
            own(
                    "zabra.limits.outgoingBytes",
                    whole(65_536, INT, "bytes"),
                    "67108864",
                    "Replies and events that one client may leave unread before it is disconnected."),
            own(
                    "zabra.limits.outgoingBytesInAll",
                    whole(0, LONG, "bytes"),
                    "0",
                    "The same for all clients together; the one that has left most goes. 0: a quarter of the heap."),
            own(
                    "zabra.limits.incomingBytesInAll",
                    whole(0, LONG, "bytes"),
                    "0",
                    "Half for incomplete requests, half for those in work; see below. 0: an eighth of the heap."));

    static final List<Setting> TREE = List.of(
            row("extendedTypesEnabled", flag(), "false", "Whether znodes with a time to live exist."),
            row("enforceQuota", flag(), "false", "Whether hard quotas refuse writes."),
            own(
                    "zabra.linearizableReads",
                    new Kind.Text(),
                    "",
                    "Paths, with commas between, at and below which each read is as fresh as if after a `sync`; `/`"
                            + " for all."),
            row(
                    "emulate353TTLNodes",
                    flag(),
                    "false",
                    "Whether, with extended types, znodes with a time to live that 3.5.3 wrote are understood."),
            row("digest.enabled", flag(), "true", "Whether transactions carry a digest of the tree."),
            both(
                    "znode.container.checkIntervalMs",
                    whole(1, INT, "ms"),
                    "60000",
                    "Time between sweeps for empty containers and expired znodes."),
            both("znode.container.maxPerMinute", whole(1, INT, ""), "10000", "Removals a minute."),
            both(
                    "znode.container.maxNeverUsedIntervalMs",
                    whole(0, LONG, "ms"),
                    "0",
                    "Age at which a container that never had a child is removed; 0: never."));

    static final List<Setting> SECURITY = List.of(
            row("skipACL", yesNo(), "no", "Whether every ACL check passes."),
            row(
                    "reconfigEnabled",
                    flag(),
                    "false",
                    "Whether the members of an ensemble may change while they serve (`reconfig`)."),
            own(
                    "zabra.self",
                    new Kind.Text(),
                    "",
                    "Line `server.<id>` of this server while the server list lacks it: the server itself writes it."),
            row("DigestAuthenticationProvider.enabled", flag(), "true", "Whether the digest scheme exists."),
            row(
                    "DigestAuthenticationProvider.superDigest",
                    new Kind.Secret(),
                    "",
                    "Digest `super:<base64>` of the user who may do everything."),
            row(
                    "DigestAuthenticationProvider.digestAlg",
                    new Kind.Required("hash"),
                    "SHA1",
                    "Hash of the digest scheme."),
            row("enforce.auth.enabled", flag(), "false", "Whether clients must authenticate before anything else."),
            row(
                    "enforce.auth.schemes",
                    new Kind.Text(),
                    "",
                    "The schemes that count for that, with commas between them: digest, ip."));

    static final List<Setting> ADMIN = List.of(
            row(
                    "4lw.commands.whitelist",
                    new Kind.Text(),
                    "srvr",
                    "Four-letter words that are answered, with commas between them, or `*`; `srvr` always is."),
            both(
                    "readonlymode.enabled",
                    flag(),
                    "false",
                    "Whether a member that knows no leader serves clients that want to read only; adds `isro` to these"
                            + " words."),
            own(
                    "zabra.admin.dumpLines",
                    whole(1_000, INT, ""),
                    "1000000",
                    "Lines after which the answers to `cons`, `dump`, `stat`, `wchc` and `wchp` are cut."),
            row("jvm.pause.monitor", flag(), "false", "Whether pauses of the process are measured and told."),
            row("jvm.pause.sleep.time.ms", whole(1, INT, "ms"), "500", "Time between two measurements."),
            row("jvm.pause.info-threshold.ms", whole(0, INT, "ms"), "1000", "Pause above which it is logged."),
            row("jvm.pause.warn-threshold.ms", whole(0, INT, "ms"), "10000", "Pause above which that is a warning."));

    static final List<Setting> ENSEMBLE = List.of(
            row(
                    "server.<id>",
                    new Kind.Required("server"),
                    "",
                    "A server: `host:2888:3888[:participant or :observer][;[host:]clientPort]`."),
            row(
                    "group.<id>",
                    new Kind.Required("ids"),
                    "",
                    "Servers of a group, as `1:2:3`; a quorum is then one of groups."),
            row("weight.<id>", whole(0, LONG, ""), "1", "Weight of a server in its group."),
            row("dynamicConfigFile", new Kind.Required("file"), "", "File that holds the lines of these three kinds."),
            row(
                    "standaloneEnabled",
                    flag(),
                    "true",
                    "Whether a list with one participant means a server that stands alone."),
            row(
                    "peerType",
                    new Kind.Choice(List.of("participant", "observer")),
                    "participant",
                    "What this server is; its line in the list counts."),
            row(
                    "initLimit",
                    whole(0, INT, "ticks"),
                    "0",
                    "Time in which a leader must be accepted and a learner catch up; required."),
            row(
                    "syncLimit",
                    whole(0, INT, "ticks"),
                    "0",
                    "Time without a word after which a peer is given up; required."),
            row(
                    "connectToLearnerMasterLimit",
                    whole(0, INT, "ticks"),
                    "0",
                    "Time that the connection to a leader may take; 0: `initLimit`."),
            row(
                    "cnxTimeout",
                    whole(1, INT, "ms"),
                    "5000",
                    "Time that a connection between election ports, or its first message, may take."),
            own(
                    "zabra.epoch.transactionsMax",
                    whole(100, Ensemble.Config.LAST_NUMBER, ""),
                    Long.toString(Ensemble.Config.LAST_NUMBER),
                    "Transactions after which a leader makes way for a new epoch, as their numbers end; fewer in tests"
                            + " only: 100 at least."),
            row("electionAlg", new Kind.Choice(List.of("3")), "3", "The way of electing."),
            row(
                    "fastleader.minNotificationInterval",
                    whole(1, INT, "ms"),
                    "200",
                    "Time after which votes are sent again, at first."),
            row(
                    "fastleader.maxNotificationInterval",
                    whole(1, INT, "ms"),
                    "2000",
                    "What that time grows to while nothing is heard; Apache's default is 60000."),
            row(
                    "observerMasterPort",
                    whole(0, 65_535, ""),
                    "0",
                    "Port at which followers serve observers, and at which an observer learns from them; 0: observers"
                            + " learn from the leader."),
            row(
                    "observerMaster.sizeLimit",
                    whole(1, LONG, "bytes"),
                    "33554432",
                    "What may be under way from a follower to all of its observers."),
            row(
                    "observer.reconnectDelayMs",
                    whole(0, INT, "ms"),
                    "0",
                    "Time up to which an observer waits before it connects: to the leader, or when it has tried all"
                            + " followers."),
            row(
                    "quorumListenOnAllIPs",
                    flag(),
                    "false",
                    "Whether the ports for other servers are opened on all addresses, not that of the list."),
            row(
                    "multiAddress.enabled",
                    flag(),
                    "false",
                    "Whether a line may have several addresses; only one of them is used."));

    private static Setting row(String key, Kind kind, String defaultText, String doc) {
        return new Setting(key, List.of("zookeeper." + key), kind, defaultText, new Effective(), doc);
    }

    /// A setting whose system property has no prefix in Apache, where it cannot stand in `zoo.cfg`.
    private static Setting both(String key, Kind kind, String defaultText, String doc) {
        return new Setting(key, List.of(key, "zookeeper." + key), kind, defaultText, new Effective(), doc);
    }

    /// A setting that Apache does not have.
    private static Setting own(String key, Kind kind, String defaultText, String doc) {
        return new Setting(key, List.of(key), kind, defaultText, new Effective(), doc);
    }

    private static Kind whole(long min, long max, String unit) {
        return new Kind.Whole(min, max, unit);
    }

    private static Kind flag() {
        return new Kind.Switch();
    }

    private static Kind yesNo() {
        return new Kind.Choice(List.of("yes", "no"));
    }
}
