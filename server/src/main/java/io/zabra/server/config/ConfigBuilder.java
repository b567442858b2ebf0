// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import io.zabra.core.base.NodeConfig;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.tree.Paths;
import io.zabra.server.config.ServerConfig.Admin;
import io.zabra.server.config.ServerConfig.ConnectionThrottle;
import io.zabra.server.config.ServerConfig.LargeRequests;
import io.zabra.server.config.ServerConfig.Limits;
import io.zabra.server.config.ServerConfig.Listeners;
import io.zabra.server.config.ServerConfig.Log;
import io.zabra.server.config.ServerConfig.Pauses;
import io.zabra.server.config.ServerConfig.Purge;
import io.zabra.server.config.ServerConfig.Reserve;
import io.zabra.server.config.ServerConfig.Security;
import io.zabra.server.config.ServerConfig.Sessions;
import io.zabra.server.config.ServerConfig.Snapshots;
import io.zabra.server.config.ServerConfig.Storage;
import io.zabra.server.config.ServerConfig.Tree;
import io.zabra.server.config.ServerConfig.Watches;
import io.zabra.server.config.ServerConfig.Weights;
import io.zabra.storage.stream.Compression;
import io.zabra.wire.quorum.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the records of [ServerConfig] from values that have been checked one by one; here is what settings have to do
/// with each other.
final class ConfigBuilder {

    /// Fewer would leave no second choice if the newest snapshot cannot be read.
    private static final int SNAPSHOTS_KEPT_MIN = 3;

    private static final int READ_ONLY_AFTER_MS_MIN = 2_000;

    private static final List<String> SCHEMES = List.of("digest", "ip");

    private final Values values;

    ConfigBuilder(Values values) {
        this.values = values;
    }

    /// The whole configuration; null if a part could not be made, which has been reported.
    @Nullable
    ServerConfig build(boolean fromFile) {
        boolean nowhere = fromFile
                && values.textOrNull("dataDir") == null
                && !values.given().containsKey("dataDir");
        if (nowhere) {
            values.reject("", "dataDir is not set: it must name the folder for snapshots and logs");
        }
        Sessions sessions = part(this::sessions);
        Storage storage = part(this::storage);
        Path dataDir = nowhere || storage == null ? null : storage.dataDir();
        EnsembleBuilder.Place place = part(() -> EnsembleBuilder.read(values, dataDir));
        Member self = place == null ? null : place.self();
        Listeners listeners = part(() -> listeners(self));
        Limits limits = part(this::limits);
        Tree tree = part(this::tree);
        Security security = part(this::security);
        Admin admin = part(this::admin);
        if (listeners == null
                || place == null
                || sessions == null
                || storage == null
                || limits == null
                || tree == null
                || security == null
                || admin == null) {
            return null;
        }
        return new ServerConfig(
                listeners,
                place.ensemble(),
                sessions,
                storage,
                limits,
                tree,
                security,
                admin,
                pauses(),
                values.unknown());
    }

    /// Makes one part, and reports why it cannot be made; the others are made all the same.
    private <T extends @Nullable Object> @Nullable T part(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (InvalidSettingException invalid) {
            values.rejectKey(invalid.key(), String.valueOf(invalid.getMessage()));
            return null;
        }
    }

    private @Nullable Listeners listeners(@Nullable Member self) {
        InetSocketAddress client = clientAddress(self);
        if (client == null) {
            return null;
        }
        InetSocketAddress linearizable = linearizableAddress(client);
        refusePortsOfPeers("clientPort", client, self);
        refusePortsOfPeers("zabra.linearizableClientPort", linearizable, self);
        refusePortOfObservers(client, linearizable, self);
        return new Listeners(
                client,
                linearizable,
                values.intNumber("clientPortListenBacklog"),
                values.intNumber("maxClientCnxns"),
                values.intNumber("maxCnxns"),
                values.intNumber("nio.sessionlessCnxnTimeout"),
                values.intNumber("zabra.io.threads"),
                values.flag("clientTcpKeepAlive"));
    }

    /// At the port for clients there cannot be the one for other members, too.
    private void refusePortsOfPeers(String key, @Nullable InetSocketAddress address, @Nullable Member self) {
        if (address == null || self == null) {
            return;
        }
        for (PeerAddress own : self.addresses()) {
            for (HostPort port : List.of(own.quorum(), own.election())) {
                boolean everywhere =
                        address.getAddress() == null || address.getAddress().isAnyLocalAddress();
                if (port.port() == address.getPort()
                        && (everywhere || port.host().equals(address.getHostString()))) {
                    values.rejectKey(key, "is a port of this server in the server list");
                    return;
                }
            }
        }
    }

    /// Where observers learn from this server, which is on the address of its quorum port.
    private void refusePortOfObservers(
            InetSocketAddress client, @Nullable InetSocketAddress linearizable, @Nullable Member self) {
        String key = "observerMasterPort";
        int port = values.intNumber(key);
        if (port <= 0 || self == null) {
            return;
        }
        refusePortsOfPeers(key, new InetSocketAddress(port), self);
        boolean everywhere = client.getAddress().isAnyLocalAddress();
        if (everywhere && (port == client.getPort() || linearizable != null && port == linearizable.getPort())) {
            values.rejectKey(key, "is a port for clients");
        }
    }

    /// The port for linearizable reads: on the same address, whatever that is.
    private @Nullable InetSocketAddress linearizableAddress(InetSocketAddress client) {
        int port = values.intNumber("zabra.linearizableClientPort");
        if (port == -1) {
            return null;
        }
        if (port == client.getPort() && port != 0) {
            values.rejectKey("zabra.linearizableClientPort", "is the client port");
        }
        return new InetSocketAddress(client.getAddress(), port);
    }

    /// The client port, of which the server's own line in the list may tell too.
    private @Nullable InetSocketAddress clientAddress(@Nullable Member self) {
        HostPort inList = self == null ? null : self.client();
        String host = values.textOrNull("clientPortAddress");
        String portText = values.textOrNull("clientPort");
        if (portText == null && host != null) {
            values.rejectKey("clientPortAddress", "clientPort is not set");
            return null;
        }
        if (portText == null && inList == null) {
            // Why this server is not found in its list is told; the port may stand there.
            boolean listed = values.given().keySet().stream().anyMatch(EnsembleBuilder::isOfList);
            if (self != null || !listed) {
                values.reject("", "clientPort is not set: clients could not connect");
            }
            return null;
        }
        if (portText != null && inList != null && values.intNumber("clientPort") != inList.port()) {
            values.rejectKey("clientPort", "the server list names another client port, " + inList.port());
            return null;
        }
        int port = inList == null ? values.intNumber("clientPort") : inList.port();
        if (host == null && inList != null) {
            host = inList.host();
        }
        if (host == null) {
            return new InetSocketAddress(port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException unknown) {
            values.rejectKey("clientPortAddress", "there is no host of the name " + host);
            return null;
        }
    }

    private Sessions sessions() {
        int tickMs = values.intNumber("tickTime");
        int min = values.intNumber("minSessionTimeout");
        int max = values.intNumber("maxSessionTimeout");
        return new Sessions(
                tickMs,
                min == -1 ? Math.toIntExact(Math.min(2L * tickMs, Integer.MAX_VALUE)) : min,
                max == -1 ? Math.toIntExact(Math.min(20L * tickMs, Integer.MAX_VALUE)) : max,
                values.flag("localSessionsEnabled"),
                values.flag("localSessionsUpgradingEnabled"));
    }

    private @Nullable Storage storage() {
        String dataText = values.textOrNull("dataDir");
        Path dataDir = path("dataDir", dataText == null ? "data" : dataText);
        String logText = values.textOrNull("dataLogDir");
        Path logDir = logText == null ? dataDir : path("dataLogDir", logText);
        if (dataDir == null || logDir == null) {
            return null;
        }
        int keep = values.intNumber("autopurge.snapRetainCount");
        if (keep < SNAPSHOTS_KEPT_MIN) {
            Values.Value given = values.given().get("autopurge.snapRetainCount");
            values.warn(
                    given == null ? "" : given.place(),
                    "autopurge.snapRetainCount=" + keep + " is too few; " + SNAPSHOTS_KEPT_MIN + " are kept");
        }
        return new Storage(
                dataDir,
                logDir,
                values.flag("datadir.autocreate"),
                values.flag("snapshot.trust.empty"),
                values.flag("db.autocreate"),
                new Log(
                        values.number("preAllocSize") << 10,
                        values.flag("forceSync"),
                        values.intNumber("fsync.warningthresholdms"),
                        Math.max(0, values.number("txnLogSizeLimitInKb")) << 10),
                new Snapshots(
                        values.intNumber("snapCount"),
                        values.number("snapSizeLimitInKb") << 10,
                        Compression.ofSetting(values.text("snapshot.compression.method"))),
                new Purge(Math.max(keep, SNAPSHOTS_KEPT_MIN), Math.max(0, values.intNumber("autopurge.purgeInterval"))),
                new Reserve(
                        values.number("zabra.disk.refuseBelowMb") << 20,
                        values.number("zabra.disk.resumeAboveMb") << 20));
    }

    private @Nullable Path path(String key, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException invalid) {
            values.rejectKey(key, "is no name of a folder");
            return null;
        }
    }

    private Limits limits() {
        int packetBytesMax = values.intNumber("jute.maxbuffer");
        String extra = values.textOrNull("jute.maxbuffer.extrasize");
        return new Limits(
                packetBytesMax,
                extra == null ? packetBytesMax : values.intNumber("jute.maxbuffer.extrasize"),
                values.intNumber("globalOutstandingLimit"),
                values.intNumber("zabra.limits.waitingRequests"),
                values.number("zabra.limits.waitingBytes"),
                values.intNumber("zabra.limits.aclEntries"),
                watches(),
                values.intNumber("zabra.limits.outgoingBytes"),
                values.number("zabra.limits.outgoingBytesInAll"),
                values.number("zabra.limits.incomingBytesInAll"),
                requestThrottle(),
                new LargeRequests(values.intNumber("largeRequestThreshold"), values.intNumber("largeRequestMaxBytes")),
                connectionThrottle());
    }

    /// Where no limit is given it goes by the heap, which is what watches fill.
    private Watches watches() {
        long given = values.number("zabra.limits.watchBytes");
        long bytesMax = given == 0 ? Runtime.getRuntime().maxMemory() / 4 : given;
        long perClient = values.number("zabra.limits.watchBytesPerClient");
        return new Watches(bytesMax, perClient == 0 ? bytesMax / 2 : perClient);
    }

    private NodeConfig.Throttle requestThrottle() {
        return new NodeConfig.Throttle(
                values.intNumber("request_throttle_max_requests"),
                values.intNumber("request_throttle_stall_time"),
                values.flag("request_throttle_drop_stale"),
                values.flag("request_stale_connection_check"),
                values.flag("request_stale_latency_check"),
                values.intNumber("throttled_op_wait_time"));
    }

    private ConnectionThrottle connectionThrottle() {
        Weights weights = new Weights(
                values.flag("connection_throttle_weight_enabled"),
                values.intNumber("connection_throttle_global_session_weight"),
                values.intNumber("connection_throttle_local_session_weight"),
                values.intNumber("connection_throttle_renew_session_weight"));
        // Tokens are counted in new sessions, so with weights there are as many more of them.
        long scale = weights.enabled() ? weights.global() : 1;
        return new ConnectionThrottle(
                (int) Math.min(Integer.MAX_VALUE, scale * values.intNumber("connection_throttle_tokens")),
                values.intNumber("connection_throttle_fill_time"),
                (int) Math.min(Integer.MAX_VALUE, scale * values.intNumber("connection_throttle_fill_count")),
                values.intNumber("connection_throttle_freeze_time"),
                values.share("connection_throttle_drop_increase"),
                values.share("connection_throttle_drop_decrease"),
                values.share("connection_throttle_decrease_ratio"),
                weights);
    }

    private Tree tree() {
        return new Tree(
                values.flag("extendedTypesEnabled"),
                values.flag("enforceQuota"),
                values.flag("emulate353TTLNodes"),
                values.flag("digest.enabled"),
                values.intNumber("znode.container.checkIntervalMs"),
                values.intNumber("znode.container.maxPerMinute"),
                values.number("znode.container.maxNeverUsedIntervalMs"),
                reads());
    }

    private NodeConfig.Reads reads() {
        List<String> paths = words("zabra.linearizableReads");
        for (String path : paths) {
            String problem = Paths.problem(path);
            if (problem != null) {
                values.rejectKey("zabra.linearizableReads", path + " is no path: " + problem);
            }
        }
        // As long as Apache waits.
        int patienceMs = Math.max(READ_ONLY_AFTER_MS_MIN, values.intNumber("tickTime"));
        return new NodeConfig.Reads(paths, values.flag("readonlymode.enabled") ? patienceMs : -1);
    }

    private Security security() {
        String algorithm = values.text("DigestAuthenticationProvider.digestAlg");
        try {
            MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException unknown) {
            values.rejectKey("DigestAuthenticationProvider.digestAlg", "this Java has no such hash");
        }
        return new Security(
                values.flag("skipACL"),
                values.flag("reconfigEnabled"),
                values.text("DigestAuthenticationProvider.superDigest"),
                values.flag("DigestAuthenticationProvider.enabled"),
                algorithm,
                requiredSchemes());
    }

    private SortedSet<String> requiredSchemes() {
        var schemes = new TreeSet<String>();
        if (!values.flag("enforce.auth.enabled")) {
            return schemes;
        }
        for (String scheme : words("enforce.auth.schemes")) {
            if (SCHEMES.contains(scheme)) {
                schemes.add(scheme);
            } else {
                values.rejectKey(
                        "enforce.auth.schemes",
                        "this version cannot authenticate by " + scheme + ", only by " + String.join(" and ", SCHEMES));
            }
        }
        if (schemes.isEmpty()) {
            values.rejectKey("enforce.auth.enabled", "enforce.auth.schemes must name at least one scheme");
        }
        return schemes;
    }

    private Admin admin() {
        var words = new TreeSet<>(words("4lw.commands.whitelist"));
        if (words.remove("*")) {
            words.addAll(ALL_WORDS);
            words.add(TELNET_CLOSE);
        }
        for (String word : words) {
            if (!ALL_WORDS.contains(word) && !word.equals(TELNET_CLOSE) && !word.equals(STEP)) {
                Values.Value given = values.given().get("4lw.commands.whitelist");
                values.warn(given == null ? "" : given.place(), "there is no four-letter word " + word);
            }
        }
        words.add("srvr");
        if (values.flag("readonlymode.enabled")) {
            words.add("isro");
        }
        return new Admin(words, values.intNumber("zabra.admin.dumpLines"));
    }

    private Pauses pauses() {
        return new Pauses(
                values.flag("jvm.pause.monitor"),
                values.intNumber("jvm.pause.sleep.time.ms"),
                values.intNumber("jvm.pause.info-threshold.ms"),
                values.intNumber("jvm.pause.warn-threshold.ms"));
    }

    private List<String> words(String key) {
        var words = new TreeSet<String>();
        for (String word : values.text(key).split(",", -1)) {
            if (!word.isBlank()) {
                words.add(word.trim());
            }
        }
        return List.copyOf(words);
    }

    /// Whoever reaches the port could say it: so it has to be listed by its name.
    private static final String STEP = "step";

    /// Apache counts the code that telnet sends at its end as a word of this name.
    private static final String TELNET_CLOSE = "telnet close";

    /// All four-letter words of Apache ZooKeeper 3.9.
    private static final List<String> ALL_WORDS = List.of(
            "conf", "cons", "crst", "dirs", "dump", "envi", "gtmk", "hash", "isro", "mntr", "ruok", "srst", "srvr",
            "stat", "stmk", "wchc", "wchp", "wchs");
}
