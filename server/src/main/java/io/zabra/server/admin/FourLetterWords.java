// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.admin;

import io.zabra.server.admin.ServerView.ConnectionId;
import io.zabra.server.admin.ServerView.ConnectionLine;
import io.zabra.server.admin.ServerView.ConnectionSet;
import io.zabra.server.admin.ServerView.ExpirySet;
import io.zabra.server.admin.ServerView.PathSessions;
import io.zabra.server.admin.ServerView.SessionPaths;
import io.zabra.server.admin.ServerView.WatchTotals;
import io.zabra.server.config.ServerConfig;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Answers four-letter words with the text of Apache ZooKeeper 3.9.5. Replaces the classes of Apache's package
/// `server.command`.
///
/// Any thread may call it; it keeps nothing but the trace mask, which has no other effect than to be shown. The answers
/// are as long as the state that they show, up to a number of lines; a last line then says so.
public final class FourLetterWords {

    /// What Apache's trace mask is at the start.
    private static final long TRACE_MASK = 306;

    private static final String NOT_SERVING = "This ZooKeeper instance is not currently serving requests";

    /// As `java.util.Date` writes itself.
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss zzz yyyy", Locale.US);

    private final SortedSet<String> allowed;
    private final int linesMax;
    private final Supplier<Map<String, String>> environment;
    private final DateTimeFormatter date;
    private final AtomicLong traceMask = new AtomicLong(TRACE_MASK);

    /// Answers to the words that `config` allows.
    ///
    /// @param environment what `envi` shows behind the version; asked for at each `envi`, and may take its time
    public FourLetterWords(ServerConfig.Admin config, Supplier<Map<String, String>> environment) {
        this(config, environment, ZoneId.systemDefault());
    }

    FourLetterWords(ServerConfig.Admin config, Supplier<Map<String, String>> environment, ZoneId zone) {
        this.allowed = config.words();
        this.linesMax = config.dumpLinesMax();
        this.environment = environment;
        this.date = DATE.withZone(zone);
    }

    /// Whether the connection must bring eight more bytes, to be given to [#setTraceMask], before it can be answered.
    public boolean needsMask(Word word) {
        return word == Word.STMK && allowed.contains(word.text());
    }

    /// Sets the trace mask and answers the word `stmk`.
    public String setTraceMask(long mask) {
        traceMask.set(mask);
        return Long.toString(mask);
    }

    /// The answer to a word, to be sent in UTF-8 before the connection is closed; empty to close it at once.
    public String answer(Word word, ServerView view) {
        if (!allowed.contains(word.text())) {
            return word.text() + " is not executed because it is not in the whitelist.\n";
        }
        return switch (word) {
            case RUOK -> "imok";
            case ENVI -> environment();
            case ISRO -> access(view.standing());
            case GTMK, STMK -> Long.toString(traceMask.get());
            case STEP -> view.handOver() ? "Another server shall lead.\n" : "There is nothing to hand over.\n";
            case TELNET_CLOSE -> "";
            case HASH -> serves(view.standing()) ? digests(view) : NOT_SERVING;
            case CONF, CONS, CRST, DIRS, DUMP, MNTR, SRST, SRVR, STAT, WCHC, WCHP, WCHS -> whileServing(word, view);
        };
    }

    private static String access(Standing standing) {
        return switch (standing) {
            case Standing.NotServing() -> "null";
            case Standing.ReadOnly() -> "ro";
            case Standing.Alone(), Standing.Leading _, Standing.Following _, Standing.Observing _ -> "rw";
        };
    }

    private static boolean serves(Standing standing) {
        return !(standing instanceof Standing.NotServing);
    }

    private String whileServing(Word word, ServerView view) {
        Standing standing = view.standing();
        if (!serves(standing)) {
            return NOT_SERVING + "\n";
        }
        return switch (word) {
            case CONF -> settings(view);
            case CONS -> connections(view);
            case CRST -> {
                view.resetConnectionStatistics();
                yield "Connection stats reset.\n";
            }
            case DIRS -> directories(view.directorySizes());
            case DUMP -> dump(view, standing);
            case MNTR -> metrics(view, standing);
            case SRST -> {
                view.resetStatistics();
                yield "Server stats reset.\n";
            }
            case SRVR -> server(view, standing, false);
            case STAT -> server(view, standing, true);
            case WCHC -> watchesBySession(view);
            case WCHP -> watchesByPath(view);
            case WCHS -> watchTotals(view.watchTotals());
            case ENVI, GTMK, HASH, ISRO, RUOK, STEP, STMK, TELNET_CLOSE -> "";
        };
    }

    private String environment() {
        var out = new StringBuilder("Environment:\n");
        out.append("zookeeper.version=").append(ServerVersion.full()).append('\n');
        environment
                .get()
                .forEach((name, value) ->
                        out.append(name).append('=').append(value).append('\n'));
        return out.toString();
    }

    private static String settings(ServerView view) {
        ServerView.Settings settings = view.settings();
        ServerView.DirectorySizes sizes = view.directorySizes();
        return "clientPort=" + settings.clientPort()
                + "\nsecureClientPort=-1"
                + "\ndataDir=" + settings.dataDir()
                + "\ndataDirSize=" + sizes.dataBytes()
                + "\ndataLogDir=" + settings.logDir()
                + "\ndataLogSize=" + sizes.logBytes()
                + "\ntickTime=" + settings.tickMs()
                + "\nmaxClientCnxns=" + settings.perAddressMax()
                + "\nminSessionTimeout=" + settings.timeoutMsMin()
                + "\nmaxSessionTimeout=" + settings.timeoutMsMax()
                + "\nclientPortListenBacklog=" + settings.listenBacklog()
                + "\nserverId=" + settings.serverId() + "\n"
                + (settings.member() == null ? "" : member(settings.member()));
    }

    private static String member(ServerView.MemberSettings member) {
        return "initLimit=" + member.initLimit()
                + "\nsyncLimit=" + member.syncLimit()
                + "\nelectionAlg=3"
                + "\nelectionPort=" + member.electionPort()
                + "\nquorumPort=" + member.quorumPort()
                + "\npeerType=" + (member.observer() ? 1 : 0)
                + "\nmembership: \n" + member.membership();
    }

    private static String directories(ServerView.DirectorySizes sizes) {
        return "datadir_size: " + sizes.dataBytes() + "\nlogdir_size: " + sizes.logBytes() + "\n";
    }

    private static String digests(ServerView view) {
        var out = new StringBuilder();
        for (ServerView.ZxidDigest digest : view.digests()) {
            out.append(Long.toHexString(digest.zxid())).append(": ");
            out.append(digest.digest()).append('\n');
        }
        return out.toString();
    }

    private static String watchTotals(WatchTotals totals) {
        return totals.connections() + " connections watching " + totals.paths() + " paths\nTotal watches:"
                + totals.watches() + "\n";
    }

    private static String metrics(ServerView view, Standing standing) {
        var out = new StringBuilder(1 << 15);
        out.append("zk_version\t").append(ServerVersion.full()).append('\n');
        out.append("zk_server_state\t").append(standing.mode()).append('\n');
        standing(standing, out);
        view.metrics((name, value) -> {
            out.append("zk_").append(name).append('\t');
            switch (value) {
                case Long _, Integer _ -> out.append(value.longValue());
                default -> out.append(value.doubleValue());
            }
            out.append('\n');
        });
        return out.toString();
    }

    /// What only members of an ensemble have; Apache strews the figures in no order among those of all servers.
    private static void standing(Standing standing, StringBuilder out) {
        switch (standing) {
            case Standing.Alone(), Standing.NotServing(), Standing.ReadOnly() -> {}
            case Standing.Leading(
                    int voters,
                    Standing.Learners learners,
                    long uptimeMs,
                    Standing.ProposalSizes sizes) ->
                out.append("zk_peer_state\tleading - broadcast\nzk_quorum_size\t")
                        .append(voters)
                        .append("\nzk_learners\t")
                        .append(learners.connected())
                        .append("\nzk_synced_followers\t")
                        .append(learners.followers())
                        .append("\nzk_synced_non_voting_followers\t")
                        .append(learners.withoutVote())
                        .append("\nzk_synced_observers\t")
                        .append(learners.observers())
                        .append("\nzk_pending_syncs\t")
                        .append(learners.pendingSyncs())
                        .append("\nzk_leader_uptime\t")
                        .append(uptimeMs)
                        .append("\nzk_last_proposal_size\t")
                        .append(sizes.last())
                        .append("\nzk_min_proposal_size\t")
                        .append(sizes.min())
                        .append("\nzk_max_proposal_size\t")
                        .append(sizes.max())
                        .append('\n');
            case Standing.Following(int voters, int observers) -> {
                out.append("zk_peer_state\tfollowing - broadcast\nzk_quorum_size\t")
                        .append(voters)
                        .append('\n');
                if (observers >= 0) {
                    out.append("zk_synced_observers\t").append(observers).append('\n');
                }
            }
            case Standing.Observing(int voters, long master) ->
                out.append("zk_peer_state\tobserving - broadcast\nzk_observer_master_id\t")
                        .append(master)
                        .append("\nzk_quorum_size\t")
                        .append(voters)
                        .append('\n');
        }
    }

    private String server(ServerView view, Standing standing, boolean withConnections) {
        var out = new Lines(linesMax);
        out.line("Zookeeper version: " + ServerVersion.full());
        if (standing instanceof Standing.ReadOnly) {
            out.line("READ-ONLY mode; serving only read-only clients");
        }
        if (withConnections) {
            out.line("Clients:");
            for (ConnectionLine connection : view.connections()) {
                if (out.isFull()) {
                    break;
                }
                out.line(brief(connection).append(')'));
            }
            out.line("");
        }
        ServerView.Totals totals = view.totals();
        ServerView.Latency latency = totals.latency();
        return out.text() + "Latency min/avg/max: " + latency.min() + "/" + latency.average() + "/" + latency.max()
                + "\nReceived: " + totals.received()
                + "\nSent: " + totals.sent()
                + "\nConnections: " + totals.connections()
                + "\nOutstanding: " + totals.outstanding()
                + "\nZxid: 0x" + Long.toHexString(totals.zxid())
                + "\nMode: " + standing.mode()
                + "\nNode count: " + totals.nodes() + "\n" + proposals(standing);
    }

    private static String proposals(Standing standing) {
        return standing instanceof Standing.Leading leading
                ? "Proposal sizes last/min/max: " + leading.proposals().last()
                        + "/" + leading.proposals().min()
                        + "/" + leading.proposals().max() + "\n"
                : "";
    }

    private String connections(ServerView view) {
        var out = new Lines(linesMax);
        for (ConnectionLine connection : view.connections()) {
            if (out.isFull()) {
                break;
            }
            StringBuilder line = brief(connection);
            if (connection.session().id() != 0) {
                session(connection.session(), line);
            }
            out.line(line.append(')'));
        }
        return out.text() + "\n";
    }

    private static StringBuilder brief(ConnectionLine connection) {
        return new StringBuilder(" ")
                .append(connection.address())
                .append('[')
                .append(Integer.toHexString(connection.interest()))
                .append("](queued=")
                .append(connection.queued())
                .append(",recved=")
                .append(connection.received())
                .append(",sent=")
                .append(connection.sent());
    }

    private static void session(ServerView.SessionLine session, StringBuilder line) {
        line.append(",sid=0x").append(Long.toHexString(session.id()));
        line.append(",lop=").append(session.lastOperation());
        line.append(",est=").append(session.establishedMs());
        line.append(",to=").append(session.timeoutMs());
        if (session.lastCxid() >= 0) {
            line.append(",lcxid=0x").append(Long.toHexString(session.lastCxid()));
        }
        line.append(",lzxid=0x").append(Long.toHexString(session.lastZxid()));
        line.append(",lresp=").append(session.lastResponseMs());
        line.append(",llat=").append(session.latency().last());
        line.append(",minlat=").append(session.latency().min());
        line.append(",avglat=").append(session.latency().average());
        line.append(",maxlat=").append(session.latency().max());
    }

    private String dump(ServerView view, Standing standing) {
        var out = new Lines(linesMax);
        out.line("SessionTracker dump:");
        List<ExpirySet> local = view.localSessionExpiry();
        if (local != null) {
            expiry("Local Session", local, out);
        }
        switch (standing) {
            case Standing.Alone(), Standing.NotServing(), Standing.Leading _ ->
                expiry(local == null ? "Session" : "Global Session", view.sessionExpiry(), out);
            case Standing.ReadOnly(), Standing.Following _, Standing.Observing _ ->
                timeouts(view.sessionTimeouts(), out);
        }
        List<SessionPaths> ephemerals = view.ephemerals();
        out.line("ephemeral nodes dump:");
        out.line("Sessions with Ephemerals (" + ephemerals.size() + "):");
        for (SessionPaths session : ephemerals) {
            out.line("0x" + Long.toHexString(session.sessionId()) + ":");
            paths(session, out);
        }
        List<ConnectionSet> sets = view.connectionExpiry();
        int connections =
                sets.stream().mapToInt(set -> set.connections().size()).sum();
        out.line("Connections dump:");
        out.line("Connections Sets (" + sets.size() + ")/(" + connections + "):");
        for (ConnectionSet set : sets) {
            out.line(set.connections().size() + " expire at " + date.format(Instant.ofEpochMilli(set.atMs())) + ":");
            for (ConnectionId connection : set.connections()) {
                out.line("\tip: " + connection.address() + " sessionId: 0x" + Long.toHexString(connection.sessionId()));
            }
        }
        return out.text();
    }

    private void expiry(String whose, List<ExpirySet> expiry, Lines out) {
        int sessions = expiry.stream().mapToInt(set -> set.sessionIds().size()).sum();
        out.line(whose + " Sets (" + expiry.size() + ")/(" + sessions + "):");
        for (ExpirySet set : expiry) {
            out.line(set.sessionIds().size() + " expire at " + date.format(Instant.ofEpochMilli(set.atMs())) + ":");
            sessions(set.sessionIds(), out);
        }
    }

    private static void timeouts(SortedMap<Long, Integer> timeouts, Lines out) {
        out.line("Global Sessions(" + timeouts.size() + "):");
        for (Map.Entry<Long, Integer> session : timeouts.entrySet()) {
            if (out.isFull()) {
                return;
            }
            out.line("0x" + Long.toHexString(session.getKey()) + "\t" + session.getValue() + "ms");
        }
    }

    private String watchesBySession(ServerView view) {
        var out = new Lines(linesMax);
        for (SessionPaths session : view.watchesBySession()) {
            out.line("0x" + Long.toHexString(session.sessionId()));
            paths(session, out);
        }
        return out.text() + "\n";
    }

    private String watchesByPath(ServerView view) {
        var out = new Lines(linesMax);
        for (PathSessions path : view.watchesByPath()) {
            out.line(path.path());
            sessions(path.sessionIds(), out);
        }
        return out.text() + "\n";
    }

    private static void paths(SessionPaths session, Lines out) {
        for (String path : session.paths()) {
            if (out.isFull()) {
                return;
            }
            out.line("\t" + path);
        }
    }

    private static void sessions(List<Long> sessionIds, Lines out) {
        for (long sessionId : sessionIds) {
            if (out.isFull()) {
                return;
            }
            out.line("\t0x" + Long.toHexString(sessionId));
        }
    }
}
