// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.admin;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What the four-letter words can see of a server, and the two things that they can change.
///
/// [FourLetterWords#answer] calls these methods on the thread that calls it. Methods that return lists may be
/// expensive: each is called once for an answer, and only by the words that are named.
public interface ServerView {

    /// What the server is now; while it is [Standing.NotServing], nothing else is asked for.
    Standing standing();

    /// For `step`: lets the best of the followers lead. False if this server does not lead, or nobody could take over.
    boolean handOver();

    /// For `srvr`, `stat`.
    Totals totals();

    /// For `cons`, `stat`: all connections, those without a session included.
    List<ConnectionLine> connections();

    /// For `conf`.
    Settings settings();

    /// For `dirs`, `conf`.
    DirectorySizes directorySizes();

    /// For `dump` on a learner, which does not know when sessions expire: the timeouts of all sessions in milliseconds.
    SortedMap<Long, Integer> sessionTimeouts();

    /// For `dump`: sessions that all servers know, by time of expiry, earliest first.
    List<ExpirySet> sessionExpiry();

    /// For `dump`: the same of sessions that only this server knows; null where there are no such sessions.
    @Nullable
    List<ExpirySet> localSessionExpiry();

    /// For `dump`: ephemeral znodes by session.
    List<SessionPaths> ephemerals();

    /// For `dump`: connections by the time at which they would be closed for silence, earliest first.
    List<ConnectionSet> connectionExpiry();

    /// For `wchs`: watches on data, as Apache counts them.
    WatchTotals watchTotals();

    /// For `wchc`.
    List<SessionPaths> watchesBySession();

    /// For `wchp`.
    List<PathSessions> watchesByPath();

    /// For `hash`: the kept digests, oldest first.
    List<ZxidDigest> digests();

    /// For `mntr`: hands out name (without the prefix `zk_`) and value of each metric.
    void metrics(BiConsumer<String, Number> sink);

    /// For `srst`.
    void resetStatistics();

    /// For `crst`.
    void resetConnectionStatistics();

    /// Numbers of the server.
    ///
    /// @param latency of requests in milliseconds
    /// @param received packets from clients
    /// @param sent packets to clients
    /// @param connections open connections, that of the asker included
    /// @param outstanding requests in work
    /// @param zxid the last one that was applied
    /// @param nodes znodes; both the root and the empty path count
    record Totals(
            Latency latency, long received, long sent, int connections, long outstanding, long zxid, long nodes) {}

    /// Latency of requests in milliseconds; the average is rounded to four places.
    record Latency(long min, double average, long max) {}

    /// One connection.
    ///
    /// @param address of the client
    /// @param interest what the server waits for: 1 to read, 4 to write, added up
    /// @param queued its requests in work
    /// @param received packets from it
    /// @param sent packets to it
    /// @param session its session; [#NO_SESSION] if it has none
    record ConnectionLine(
            InetSocketAddress address, int interest, long queued, long received, long sent, SessionLine session) {

        /// What stands for the session of a connection that has none.
        public static final SessionLine NO_SESSION =
                new SessionLine(0, "NA", 0, 0, -1, 0, 0, new ConnectionLatency(0, 0, 0, 0));
    }

    /// The session part of a line of `cons`.
    ///
    /// @param id 0 means no session
    /// @param lastOperation four letters such as `GETD`; `NA` for none
    /// @param establishedMs when the connection was opened, in milliseconds since 1970
    /// @param timeoutMs of the session
    /// @param lastCxid xid of the last request; below 0: none yet
    /// @param lastZxid zxid of the last response
    /// @param lastResponseMs time of the last response, by a clock of any origin
    /// @param latency of its requests
    record SessionLine(
            long id,
            String lastOperation,
            long establishedMs,
            int timeoutMs,
            long lastCxid,
            long lastZxid,
            long lastResponseMs,
            ConnectionLatency latency) {}

    /// Latency of the requests of one connection in milliseconds, all whole numbers.
    record ConnectionLatency(long last, long min, long average, long max) {}

    /// What `conf` shows. The folders are those named `version-2`.
    ///
    /// @param clientPort the port that is open, -1 if none is
    /// @param perAddressMax `maxClientCnxns`
    /// @param listenBacklog as configured, -1 for the default
    /// @param serverId 0 for a standalone server
    /// @param member the settings of a member of an ensemble; null for a standalone server
    record Settings(
            int clientPort,
            Path dataDir,
            Path logDir,
            int tickMs,
            int perAddressMax,
            int timeoutMsMin,
            int timeoutMsMax,
            int listenBacklog,
            long serverId,
            @Nullable MemberSettings member) {}

    /// What `conf` shows of a member of an ensemble.
    ///
    /// @param initLimit in ticks
    /// @param syncLimit in ticks
    /// @param observer whether it is one that does not vote
    /// @param membership the servers in the text form of `/zookeeper/config`
    record MemberSettings(
            int initLimit, int syncLimit, int electionPort, int quorumPort, boolean observer, String membership) {}

    /// Bytes of all files in the folders of snapshots and of logs; both the same if it is one folder.
    record DirectorySizes(long dataBytes, long logBytes) {}

    /// Sessions that expire together.
    ///
    /// @param atMs milliseconds since 1970
    record ExpirySet(long atMs, List<Long> sessionIds) {}

    /// Connections that would be closed together.
    ///
    /// @param atMs milliseconds since 1970
    record ConnectionSet(long atMs, List<ConnectionId> connections) {}

    /// A connection with its session, 0 if it has none.
    record ConnectionId(InetSocketAddress address, long sessionId) {}

    /// A session with its ephemeral znodes or with the paths that it watches.
    record SessionPaths(long sessionId, List<String> paths) {}

    /// A path with the sessions that watch it.
    record PathSessions(String path, List<Long> sessionIds) {}

    /// Numbers of watches.
    ///
    /// @param connections that have at least one
    /// @param paths that are watched
    /// @param watches pairs of both
    record WatchTotals(long connections, long paths, long watches) {}

    /// The digest of the tree at a zxid.
    record ZxidDigest(long zxid, long digest) {}
}
