// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {

    private static final String BASE = "dataDir=/var/lib/zabra\nclientPort=2181\n";

    @TempDir
    Path folder;

    @Test
    void startsOnLoopbackWithoutFile() {
        ServerConfig config = accepted(ConfigReader.read(ConfigInput.of(null, Map.of())));
        assertThat(config.listeners().client().getAddress().isLoopbackAddress()).isTrue();
        assertThat(config.listeners().client().getPort()).isEqualTo(2181);
        assertThat(config.storage().dataDir()).isEqualTo(Path.of("data"));
        assertThat(config.storage().logDir()).isEqualTo(Path.of("data"));
        assertThat(config.sessions()).isEqualTo(new ServerConfig.Sessions(2_000, 4_000, 40_000, false, false));
        assertThat(config.storage().purge()).isEqualTo(new ServerConfig.Purge(3, 24));
        assertThat(config.admin().words()).containsExactly("srvr");
    }

    @Test
    void propertiesOverrideTheBuiltInSettings() {
        ServerConfig config = accepted(ConfigReader.read(ConfigInput.of(
                null,
                Map.of("zookeeper.clientPort", "0", "zookeeper.dataDir", "/tmp/x", "jute.maxbuffer", "4194304"))));
        assertThat(config.listeners().client().getPort()).isZero();
        assertThat(config.storage().dataDir()).isEqualTo(Path.of("/tmp/x"));
        assertThat(config.limits().packetBytesMax()).isEqualTo(4_194_304);
        assertThat(config.limits().extraBytesMax()).isEqualTo(4_194_304);
    }

    @Test
    void readsApachesSampleFile() {
        var result = ConfigReader.read("zoo.cfg", bytes("""
            # The number of milliseconds of each tick
            tickTime=2000
            initLimit=10
            syncLimit=5
            dataDir=/tmp/zookeeper
            clientPort=2181
            #maxClientCnxns=60
            #autopurge.purgeInterval=1
            #metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider
            """));
        ServerConfig config = accepted(result);
        assertThat(config.sessions().tickMs()).isEqualTo(2_000);
        assertThat(config.listeners().client().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(config.listeners().perAddressMax()).isEqualTo(60);
        assertThat(config.ensemble()).isNull();
        assertThat(config.node().serverId()).isEqualTo(1);
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    void tellsEveryWrongValueAtOnceWithItsLine() {
        var result = ConfigReader.read(
                "zoo.cfg",
                bytes("clientPort=99999\ntickTime=0\nskipACL=true\n\nenforceQuota=maybe\nminSessionTimeout=x"));
        assertThat(rejected(result).problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "zoo.cfg:1: clientPort=99999: must be between 0 and 65535",
                        "zoo.cfg:2: tickTime=0: must be at least 1",
                        "zoo.cfg:3: skipACL=true: must be one of: yes, no",
                        "zoo.cfg:5: enforceQuota=maybe: must be true or false",
                        "zoo.cfg:6: minSessionTimeout=x: must be a whole number of ms",
                        "dataDir is not set: it must name the folder for snapshots and logs");
        assertThat(ConfigResult.EXIT_CODE).isEqualTo(2);
    }

    @Test
    void anEpochIsNotOverBeforeSessionsCanBegin() {
        assertThat(rejected(ConfigReader.read("zoo.cfg", bytes(BASE + "zabra.epoch.transactionsMax=99")))
                        .problems())
                .extracting(Problem::message)
                .containsExactly("zabra.epoch.transactionsMax=99: must be between 100 and 4294901760");
        accepted(ConfigReader.read("zoo.cfg", bytes(BASE + "zabra.epoch.transactionsMax=100")));
    }

    @Test
    void checksSettingsAgainstEachOther() {
        assertThat(rejected(ConfigReader.read("zoo.cfg", bytes(BASE + "minSessionTimeout=70000")))
                        .problems())
                .extracting(Problem::message)
                .containsExactly("maxSessionTimeout: must be at least minSessionTimeout, 70000 ms, but is 60000 ms");
    }

    @Test
    void namesTheNearestKnownKeyOfAnUnknownOneAndPassesItOn() {
        var result = ConfigReader.read(
                "zoo.cfg", bytes(BASE + "maxClientConns=5\nmy.own=1\nlinearizableReads=/\nsuperDigest=super:x\n"));
        assertThat(result.warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "zoo.cfg:3: unknown setting maxClientConns is ignored; did you mean maxClientCnxns?",
                        "zoo.cfg:4: unknown setting my.own is ignored",
                        "zoo.cfg:5: unknown setting linearizableReads is ignored; did you mean"
                                + " zabra.linearizableReads?",
                        "zoo.cfg:6: unknown setting superDigest is ignored; did you mean"
                                + " DigestAuthenticationProvider.superDigest?");
        assertThat(accepted(result).passedOn())
                .containsExactly(
                        Map.entry("zookeeper.linearizableReads", "/"),
                        Map.entry("zookeeper.maxClientConns", "5"),
                        Map.entry("zookeeper.my.own", "1"),
                        Map.entry("zookeeper.superDigest", "super:x"));
    }

    @Test
    void fileRanksAbovePropertyAboveEnvironment() throws Exception {
        Path file = Files.writeString(folder.resolve("zoo.cfg"), BASE + "snapCount=300\n");
        var properties = new TreeMap<>(Map.of("zookeeper.snapCount", "200", "zookeeper.maxCnxns", "20"));
        var environment = new TreeMap<>(Map.of(
                "SERVER_JVMFLAGS", "-Xmx1g -Dzookeeper.maxCnxns=10 '-Dzookeeper.preAllocSize=10'",
                "JVMFLAGS", "-Dzookeeper.preAllocSize=11 -Dznode.container.maxPerMinute=\"12\""));
        var result = ConfigReader.read(new ConfigInput(file, properties, environment));
        ServerConfig config = accepted(result);
        assertThat(config.storage().snapshots().count()).isEqualTo(300);
        assertThat(config.listeners().connectionsMax()).isEqualTo(20);
        assertThat(config.storage().log().preallocBytes()).isEqualTo(11 * 1_024);
        assertThat(config.tree().sweepPerMinuteMax()).isEqualTo(12);
        assertThat(result.warnings())
                .extracting(Problem::toString)
                .containsExactly("-Dzookeeper.snapCount: snapCount is overridden by the value at " + file + ":3");
    }

    @Test
    void oneServerLineMeansStandalone() {
        ServerConfig config = accepted(ConfigReader.read(
                "zoo.cfg", bytes("dataDir=/d\nserver.1=localhost:2888:3888;[::1]:2281\nstandaloneEnabled=true")));
        assertThat(config.listeners().client().getPort()).isEqualTo(2281);
        assertThat(config.listeners().client().getAddress().isLoopbackAddress()).isTrue();
    }

    @Test
    void thePortForLinearizableReadsIsOnTheAddressOfTheOther() {
        String text = "dataDir=/d\nclientPort=2181\nclientPortAddress=127.0.0.1\nzabra.linearizableClientPort=";
        ServerConfig config = accepted(ConfigReader.read("zoo.cfg", bytes(text + "2182")));
        assertThat(config.listeners().linearizable()).isEqualTo(new InetSocketAddress("127.0.0.1", 2182));
        assertThat(accepted(ConfigReader.read("zoo.cfg", bytes(text + "-1")))
                        .listeners()
                        .linearizable())
                .isNull();
        assertThat(rejected(ConfigReader.read("zoo.cfg", bytes(text + "2181"))).problems())
                .hasSize(1);
    }

    @Test
    void refusesWhatWouldWeakenSecurityIfIgnored() {
        var result = ConfigReader.read("zoo.cfg", bytes(BASE + """
            secureClientPort=2281
            sessionRequireClientSASLAuth=true
            audit.enable=true
            sslQuorum=true
            quorum.auth.enableSasl=true
            authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider
            enforce.auth.enabled=true
            enforce.auth.schemes=sasl
            """));
        assertThat(rejected(result).problems()).hasSize(8);
        accepted(ConfigReader.read("zoo.cfg", bytes(BASE + "audit.enable=false\nsecureClientPort=-1\n")));
    }

    @Test
    void requiresTheSchemesThatAreEnforced() {
        ServerConfig config = accepted(ConfigReader.read(
                "zoo.cfg", bytes(BASE + "enforce.auth.enabled=true\nenforce.auth.schemes=ip, digest")));
        assertThat(config.security().requiredSchemes()).containsExactly("digest", "ip");
        assertThat(rejected(ConfigReader.read("zoo.cfg", bytes(BASE + "enforce.auth.enabled=true")))
                        .problems())
                .hasSize(1);
    }

    @Test
    void neverShowsSecrets() {
        var result = ConfigReader.read(
                "zoo.cfg",
                bytes(BASE + "DigestAuthenticationProvider.superDigest=super:topsecret\nssl.keyStore.password=hush"));
        var accepted = (ConfigResult.Accepted) result;
        assertThat(accepted.config().security().superDigest()).isEqualTo("super:topsecret");
        assertThat(accepted.listing().get() + accepted.config() + accepted.warnings())
                .doesNotContain("topsecret", "hush")
                .contains("superDigest=***");
    }

    @Test
    void listingIsAFileThatMeansTheSame() {
        var first = (ConfigResult.Accepted) ConfigReader.read("zoo.cfg", bytes(BASE + "snapCount=0x100\nmaxCnxns = 5"));
        var second = (ConfigResult.Accepted)
                ConfigReader.read("zoo.cfg", bytes(first.listing().get()));
        assertThat(second.config()).isEqualTo(first.config());
        assertThat(first.listing().get()).contains("# zoo.cfg:3\nsnapCount=0x100\n", "# default\ntickTime=3000\n");
    }

    @Test
    void tellsAMissingFile() {
        Path missing = folder.resolve("none.cfg");
        assertThat(rejected(ConfigReader.read(ConfigInput.of(missing, Map.of())))
                        .problems())
                .extracting(Problem::toString)
                .containsExactly(missing + ": there is no such file");
        assertThat(rejected(ConfigReader.read(ConfigInput.of(folder, Map.of()))).problems())
                .singleElement()
                .asString()
                .startsWith(folder + ": cannot be read");
    }

    @Test
    void tellsUnknownPropertiesOfItsOwn() {
        var result = ConfigReader.read(
                ConfigInput.of(null, Map.of("zabra.io.thread", "4", "zabra.home", "/opt", "zabra.log.level", "WARN")));
        assertThat(result.warnings())
                .extracting(Problem::toString)
                .containsExactly("-Dzabra.io.thread: unknown setting zabra.io.thread is ignored; did you mean"
                        + " zabra.io.threads?");
    }

    @Test
    void problemsComeInTheOrderOfTheFile() {
        var result = ConfigReader.read("zoo.cfg", bytes("\n".repeat(8) + "tickTime=x\n\nclientPort=x\nautopurge.x=1"));
        assertThat(rejected(result).problems())
                .extracting(Problem::place)
                .containsExactly("zoo.cfg:9", "zoo.cfg:11", "");
    }

    @Test
    void readsTheServerListFromTheDynamicFile() throws Exception {
        Path dynamic = Files.writeString(folder.resolve("zoo.cfg.dynamic"), "server.1=h:2888:3888;2182\nversion=0\n");
        var result = ConfigReader.read("zoo.cfg", bytes("dataDir=/d\ndynamicConfigFile=" + dynamic));
        assertThat(rejected(result).problems())
                .extracting(Problem::toString)
                .containsExactly(dynamic + ":2: version must not stand in the dynamicConfigFile");
    }

    @Test
    void tellsAMissingDynamicFile() {
        Path missing = folder.resolve("none.dynamic");
        var result = ConfigReader.read("zoo.cfg", bytes("dataDir=/d\nclientPort=1\ndynamicConfigFile=" + missing));
        assertThat(rejected(result).problems())
                .extracting(Problem::toString)
                .containsExactly("zoo.cfg:3: dynamicConfigFile=" + missing + ": cannot be read: there is no such file");
    }

    /// Apache's server stands alone then, and begins a history of its own where it was to join one.
    @Test
    void aDynamicFileWithoutServersIsNoReasonToStandAlone() throws Exception {
        Path empty = Files.writeString(folder.resolve("zoo.cfg.dynamic"), "# none yet\n");
        var result = ConfigReader.read("zoo.cfg", bytes("dataDir=/d\nclientPort=1\ndynamicConfigFile=" + empty));
        assertThat(rejected(result).problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "zoo.cfg:3: dynamicConfigFile=" + empty + ": there is no server in it; put in a line as"
                                + " server.1=host:2888:3888;2181 for each, or take the"
                                + " setting out, for a server that stands alone");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static ServerConfig accepted(ConfigResult result) {
        assertThat(result).isInstanceOf(ConfigResult.Accepted.class);
        return ((ConfigResult.Accepted) result).config();
    }

    private static ConfigResult.Rejected rejected(ConfigResult result) {
        assertThat(result).isInstanceOf(ConfigResult.Rejected.class);
        return (ConfigResult.Rejected) result;
    }
}
