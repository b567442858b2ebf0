// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.election.ElectionTiming;
import io.zabra.core.quorum.QuorumRule;
import io.zabra.core.zab.Timing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleConfigTest {

    private static final String THREE = """
        server.1=127.0.0.1:2888:3888
        server.2=zoo2:2888:3888
        server.3=zoo3:2888:3888
        """;

    @TempDir
    Path folder;

    @Test
    void readsTheEnsembleOfApachesGuide() throws IOException {
        myid("1\n");
        ConfigResult result = read("""
            tickTime=2000
            clientPort=2181
            initLimit=5
            syncLimit=2
            """ + THREE);
        ServerConfig.Ensemble ensemble = ensemble(result);
        assertThat(ensemble.sid()).isEqualTo(1);
        assertThat(ensemble.membership().text()).isEqualTo("""
            server.1=127.0.0.1:2888:3888:participant
            server.2=zoo2:2888:3888:participant
            server.3=zoo3:2888:3888:participant
            version=0\
            """);
        assertThat(ensemble.timing()).isEqualTo(new Timing(2_000, 10_000, 4_000));
        assertThat(ensemble.election()).isEqualTo(ElectionTiming.DEFAULT);
        assertThat(ensemble.quorumListen()).isEqualTo(new InetSocketAddress("127.0.0.1", 2888));
        assertThat(ensemble.electionListen()).isEqualTo(new InetSocketAddress("127.0.0.1", 3888));
        assertThat(ensemble.electionConnectMsMax()).isEqualTo(5_000);
        assertThat(ensemble.quorumConnectMsMax()).isEqualTo(10_000);
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    void clientsAndMembersCannotComeByTheSamePort() throws IOException {
        myid("1");
        String rest = "tickTime=2000\ninitLimit=5\nsyncLimit=2\n" + THREE;
        assertThat(problems(read("clientPort=2888\n" + rest)))
                .containsExactly("zoo.cfg:1: clientPort=2888: is a port of this server in the server list");
        assertThat(problems(read("clientPort=2181\nzabra.linearizableClientPort=3888\n" + rest)))
                .containsExactly(
                        "zoo.cfg:2: zabra.linearizableClientPort=3888: is a port of this server in the server list");
        assertThat(problems(read("clientPort=2181\nobserverMasterPort=2888\n" + rest)))
                .containsExactly("zoo.cfg:2: observerMasterPort=2888: is a port of this server in the server list");
        assertThat(problems(read("clientPort=2181\nobserverMasterPort=2181\n" + rest)))
                .containsExactly("zoo.cfg:2: observerMasterPort=2181: is a port for clients");
    }

    @Test
    void theIdOfAMemberStandsInItsSessionIds() throws IOException {
        myid(" 5 \r\n");
        ConfigResult result = read(BASE + """
            server.1=zoo1:2888:3888
            server.2=zoo2:2888:3888
            server.3=zoo3:2888:3888
            server.4=zoo4:2888:3888
            server.5=localhost:2888:3888
            """);
        assertThat(accepted(result).node().serverId()).isEqualTo(5);
        assertThat(ensemble(result).membership().voters()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    void readsGroupsAndWeights() throws IOException {
        myid("9");
        ServerConfig.Ensemble ensemble = ensemble(read(BASE + """
            group.1=1:2:3
            group.2=7:8:9
            weight.1=2
            weight.9=0
            server.1=a:2888:3888
            server.2=b:2888:3888
            server.3=c:2888:3888
            server.7=d:2888:3888
            server.8=e:2888:3888
            server.9=127.0.0.1:2888:3888
            """));
        assertThat(ensemble.membership().rule()).isInstanceOf(QuorumRule.Hierarchical.class);
        assertThat(ensemble.membership().weight(1)).isEqualTo(2);
        assertThat(ensemble.membership().weight(2)).isEqualTo(1);
        assertThat(ensemble.membership().weight(9)).isZero();
    }

    @Test
    void groupsMustHoldAllParticipants() throws IOException {
        myid("1");
        assertThat(problems(read(BASE + THREE + "group.1=1:2\n")))
                .containsExactly("zoo.cfg:8: the server list is wrong: server 3 is in no group");
        assertThat(problems(read(BASE + THREE + "group.1=1:2:3\ngroup.2=3\n")))
                .containsExactly("zoo.cfg:9: the server list is wrong: server 3 is in two groups");
    }

    @Test
    void anObserverIsWhatItsLineSays() throws IOException {
        myid("4");
        String observer = THREE.replace("127.0.0.1", "zoo1") + "server.4=127.0.0.1:2888:3888:observer\n";
        assertThat(ensemble(read(BASE + observer)).self().participant()).isFalse();
        assertThat(read(BASE + observer + "peerType=observer\n").warnings()).isEmpty();
        assertThat(read(BASE + observer + "peerType=participant\n").warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "zoo.cfg:9: peerType=participant has no effect: the line of this server says otherwise");
        assertThat(problems(read(BASE + observer + "peerType=witness\n")))
                .containsExactly("zoo.cfg:9: peerType=witness: must be one of: participant, observer");
    }

    @Test
    void readsTheDynamicFileAndTheVersionInItsName() throws IOException {
        myid("2");
        Path dynamic = Files.writeString(folder.resolve("zoo.cfg.dynamic.10000000a"), """
            server.1=zoo1:2888:3888:participant;2181
            server.2=127.0.0.1:2889:3889:participant;127.0.0.1:2182
            server.3=zoo3:2888:3888:observer;2181
            server.4=zoo4:2888:3888:participant;2181
            """);
        ConfigResult result =
                read("tickTime=2000\ninitLimit=10\nsyncLimit=5\nreconfigEnabled=true\ndynamicConfigFile=" + dynamic);
        assertThat(ensemble(result).membership().version()).isEqualTo(0x10000000aL);
        assertThat(ensemble(result).membership().lines())
                .hasSize(4)
                .contains("server.2=127.0.0.1:2889:3889:participant;127.0.0.1:2182");
        assertThat(accepted(result).listeners().client()).isEqualTo(new InetSocketAddress("127.0.0.1", 2182));
    }

    @Test
    void aDynamicFileWithoutNumberHasVersionZero() throws IOException {
        myid("1");
        Path dynamic = Files.writeString(folder.resolve("zoo.cfg.dynamic"), THREE);
        ConfigResult result = read(BASE + "dynamicConfigFile=" + dynamic);
        assertThat(ensemble(result).membership().version()).isZero();
        assertThat(problems(read(BASE + "dynamicConfigFile=" + dynamic + "\n" + THREE)))
                .hasSize(3)
                .allMatch(problem -> problem.endsWith("must stand in the dynamicConfigFile"));
    }

    @Test
    void warnsOfAServerListThatWasOnlyProposed() throws IOException {
        myid("1");
        Path dynamic = Files.writeString(folder.resolve("zoo.cfg.dynamic.1"), THREE);
        Path file = Files.writeString(
                folder.resolve("zoo.cfg"), BASE + "dataDir=" + folder + "\ndynamicConfigFile=" + dynamic + "\n");
        Files.writeString(folder.resolve("zoo.cfg.dynamic.next"), THREE);
        assertThat(ConfigReader.read(ConfigInput.of(file, Map.of())).warnings())
                .extracting(Problem::message)
                .containsExactly("a server list that was proposed but not decided on is ignored");
    }

    @Test
    void warnsOfNumbersOfServersThatBringNothing() throws IOException {
        myid("1");
        assertThat(read(BASE + "server.1=127.0.0.1:2888:3888\nserver.2=b:2888:3888\n")
                        .warnings())
                .extracting(Problem::toString)
                .containsExactly("zoo.cfg:6: with 2 participants no failure is survived; it takes 3 at least");
        assertThat(read(BASE + THREE + "server.4=b:2888:3888\n").warnings())
                .extracting(Problem::toString)
                .containsExactly("zoo.cfg:8: 4 participants survive no more failures than 3 do");
    }

    @Test
    void groupsAreNotCountedAsOneMajority() throws IOException {
        myid("1");
        assertThat(read(BASE + THREE + "server.4=b:2888:3888\ngroup.1=1:2:3\ngroup.2=4\n")
                        .warnings())
                .isEmpty();
    }

    @Test
    void warnsOfServersWithTheSameAddress() throws IOException {
        myid("1");
        assertThat(read(BASE + THREE.replace("zoo3:2888", "zoo2:2889")).warnings())
                .extracting(Problem::toString)
                .containsExactly("zoo.cfg:7: server.3: zoo2:3888 is server 2's already");
    }

    @Test
    void oneServerIsAnEnsembleIfTheFileSaysSo() throws IOException {
        myid("1");
        String one = BASE + "server.1=127.0.0.1:2888:3888\n";
        assertThat(accepted(read(one)).ensemble()).isNull();
        assertThat(ensemble(read(one + "standaloneEnabled=false")).membership().voters())
                .containsExactly(1L);
        assertThat(problems(read(BASE + "standaloneEnabled=false")))
                .containsExactly("zoo.cfg:5: standaloneEnabled=false: the server list must then have a participant");
    }

    @Test
    void observersNeedSomebodyToObserve() throws IOException {
        myid("1");
        assertThat(problems(read(BASE + "server.1=127.0.0.1:2888:3888\nserver.2=b:2888:3888:observer\n")))
                .containsExactly(
                        "zoo.cfg:5: the server list has observers, but too few participants to be an ensemble");
        assertThat(problems(read(BASE + "server.1=127.0.0.1:2888:3888:observer\n")))
                .hasSize(1);
    }

    @Test
    void anEnsembleNeedsItsLimitsAndItsId() {
        assertThat(problems(read("clientPort=2181\n" + THREE)))
                .containsExactly(
                        folder.resolve("myid")
                                + ": there is no such file; it must hold the id of this server and no more",
                        "initLimit: an ensemble needs it: a number of ticks above 0",
                        "syncLimit: an ensemble needs it: a number of ticks above 0");
    }

    @Test
    void thatTheClientPortMayStandInTheListIsNotToldWhereNobodyCanTell() throws IOException {
        String rest = "tickTime=2000\ninitLimit=5\nsyncLimit=2\n" + THREE;
        assertThat(problems(read(rest)))
                .singleElement()
                .asString()
                .startsWith(folder.resolve("myid").toString());
        myid("1");
        assertThat(problems(read(rest))).containsExactly("clientPort is not set: clients could not connect");
    }

    @Test
    void theIdMustBeANumberOfTheList() throws IOException {
        for (String text : List.of("", "one", "-1", "256", "0x1", "1 2", "9".repeat(100))) {
            myid(text);
            assertThat(problems(read(BASE + THREE)))
                    .as(text)
                    .singleElement()
                    .asString()
                    .startsWith(folder.resolve("myid").toString())
                    .contains("must be a number from 0 to 255");
        }
        myid("255");
        assertThat(problems(read(BASE + THREE + "extendedTypesEnabled=true")))
                .singleElement()
                .asString()
                .contains("from 0 to 254");
        myid("7");
        assertThat(problems(read(BASE + THREE)))
                .containsExactly(folder.resolve("myid") + ": the server list has no line server.7 for this server");
    }

    @Test
    void withoutADataFolderNobodyLooksForMyid() throws IOException {
        assertThat(problems(ConfigReader.read("zoo.cfg", (BASE + THREE).getBytes(StandardCharsets.ISO_8859_1))))
                .containsExactly("dataDir is not set: it must name the folder for snapshots and logs");
    }

    @Test
    void aServerThatIsNoMemberNeedsMembersThatMayChange() throws IOException {
        myid("7");
        String lines = BASE + THREE + "zabra.self=localhost:2888:3888\n";
        assertThat(problems(read(lines)))
                .containsExactly(
                        "zoo.cfg:8: the server list does not have server 7, as its members have changed; either"
                                + " reconfigEnabled=true is needed, or a list that has it");
        ServerConfig.Ensemble ensemble = ensemble(read(lines + "reconfigEnabled=true"));
        assertThat(ensemble.sid()).isEqualTo(7);
        assertThat(ensemble.membership().isVoter(7)).isFalse();
    }

    @Test
    void tellsAllWrongLinesAtOnce() throws IOException {
        myid("1");
        assertThat(problems(read(BASE + """
            server.1=127.0.0.1:2888:3888
            server.2=nonsense
            server.three=zoo3:2888:3888
            server.4=zoo4:2888:2888
            server.5=zoo5:2888:3888:witness
            server.6=zoo6:0:3888
            server.7=zoo7:2888:3888|zoo8:2888:3888
            server.01=zoo1:2888:3888
            server.8=zoo8:2888:3888;x
            server.9=zoo9:2888:3888
            electionAlg=1
            initLimit=0
            fastleader.minNotificationInterval=5000
            """)))
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("zoo.cfg:5: server.1: there is another line"),
                        p -> assertThat(p).startsWith("zoo.cfg:6: server.2=nonsense: must look like"),
                        p -> assertThat(p).startsWith("zoo.cfg:7: server.three: the id of a server"),
                        p -> assertThat(p).startsWith("zoo.cfg:8: ").endsWith("are both 2888"),
                        p -> assertThat(p)
                                .startsWith("zoo.cfg:9: ")
                                .endsWith("'witness' is neither a port nor participant or observer"),
                        p -> assertThat(p).startsWith("zoo.cfg:10: ").endsWith("must not be 0"),
                        p -> assertThat(p).startsWith("zoo.cfg:11: ").endsWith("need multiAddress.enabled=true"),
                        p -> assertThat(p).startsWith("zoo.cfg:13: ").contains("port 'x'"),
                        p -> assertThat(p).isEqualTo("zoo.cfg:15: electionAlg=1: must be one of: 3"),
                        p -> assertThat(p)
                                .isEqualTo("zoo.cfg:16: initLimit=0: an ensemble needs it: a number of ticks above 0"),
                        p -> assertThat(p)
                                .isEqualTo("fastleader.maxNotificationInterval: must be at least"
                                        + " fastleader.minNotificationInterval, 5000"));
    }

    @Test
    void aListThatIsWrongIsNoReasonToBeSilentAboutTheRest() throws IOException {
        myid("1");
        assertThat(problems(read("clientPort=2181\nsyncLimit=0\nserver.1=127.0.0.1:2888:3888\nserver.2=b:2888:x\n")))
                .satisfiesExactly(
                        p -> assertThat(p).startsWith("zoo.cfg:2: syncLimit=0: an ensemble needs it"),
                        p -> assertThat(p).startsWith("zoo.cfg:4: ").contains("'x' is neither a port nor participant"),
                        p -> assertThat(p).startsWith("initLimit: an ensemble needs it"));
    }

    @Test
    void saysWhatIsWrongWithALineOfAServer() throws IOException {
        myid("1");
        assertThat(problems(read(BASE + "server.1=127.0.0.1:2888\nserver.2=[::1]:a:3888\nserver.3=[::1]:3888\n")))
                .satisfiesExactly(
                        p -> assertThat(p).endsWith("the election port is missing in '127.0.0.1:2888'"),
                        p -> assertThat(p).endsWith("port 'a' is no number"),
                        p -> assertThat(p).endsWith("the election port is missing in '[::1]:3888'"));
        assertThat(read(BASE + THREE + "servr.4=d:2888:3888\n").warnings())
                .extracting(Problem::toString)
                .containsExactly("zoo.cfg:8: unknown setting servr.4 is ignored; did you mean server.4?");
    }

    @Test
    void oneAddressForTwoServersIsRefused() throws IOException {
        myid("1");
        assertThat(problems(read(BASE + THREE + "server.4=127.0.0.1:2889:3888\n")))
                .containsExactly("zoo.cfg:8: server.4: 127.0.0.1:3888 is server 1's already");
    }

    @Test
    void listensWhereItsLineSaysOrEverywhere() throws IOException {
        myid("1");
        assertThat(problems(read(BASE + THREE.replace("127.0.0.1", "no.such.host.invalid"))))
                .singleElement()
                .asString()
                .startsWith("zoo.cfg:5: server.1: this server's own host no.such.host.invalid has no address");
        ServerConfig.Ensemble everywhere = ensemble(
                read(BASE + THREE.replace("127.0.0.1", "no.such.host.invalid") + "quorumListenOnAllIPs=true\n"));
        assertThat(everywhere.quorumListen().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(everywhere.electionListen()).isEqualTo(new InetSocketAddress(3888));
    }

    @Test
    void takesTheClientPortFromTheServersOwnLine() throws IOException {
        myid("1");
        String list = THREE.replaceAll("3888\n", "3888;2191\n");
        assertThat(accepted(read(BASE.replace("clientPort=2181\n", "") + list))
                        .listeners()
                        .client()
                        .getPort())
                .isEqualTo(2191);
        assertThat(problems(read(BASE + list)))
                .containsExactly("zoo.cfg:1: clientPort=2181: the server list names another client port, 2191");
    }

    @Test
    void severalAddressesAreAcceptedAndOneIsUsed() throws IOException {
        myid("1");
        ConfigResult result = read(BASE + THREE.replace("zoo2:2888:3888", "zoo2:2888:3888|zoo22:2888:3888")
                + "multiAddress.enabled=true\n");
        assertThat(ensemble(result).membership().lines())
                .contains("server.2=zoo2:2888:3888|zoo22:2888:3888:participant");
        assertThat(result.warnings())
                .extracting(Problem::toString)
                .containsExactly("zoo.cfg:6: server.2: only the address zoo2 is used, the first in the order of the"
                        + " alphabet");
    }

    @Test
    void limitsInTicksMustFit() throws IOException {
        myid("1");
        assertThat(problems(read(BASE.replace("initLimit=10", "initLimit=2000000") + THREE)))
                .containsExactly("zoo.cfg:2: initLimit=2000000: this many ticks are too long a time");
        assertThat(ensemble(read(BASE + THREE + "connectToLearnerMasterLimit=3\n"))
                        .quorumConnectMsMax())
                .isEqualTo(9_000);
    }

    private static final String BASE = "clientPort=2181\ninitLimit=10\nsyncLimit=5\n#\n";

    private void myid(String text) throws IOException {
        Files.writeString(folder.resolve("myid"), text);
    }

    /// Reads these lines and, behind them, the one of the data folder.
    private ConfigResult read(String lines) {
        String text = lines + (lines.endsWith("\n") ? "" : "\n") + "dataDir=" + folder;
        return ConfigReader.read("zoo.cfg", text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ServerConfig accepted(ConfigResult result) {
        assertThat(result).isInstanceOf(ConfigResult.Accepted.class);
        return ((ConfigResult.Accepted) result).config();
    }

    private static ServerConfig.Ensemble ensemble(ConfigResult result) {
        return Objects.requireNonNull(accepted(result).ensemble());
    }

    private static List<String> problems(ConfigResult result) {
        assertThat(result).isInstanceOf(ConfigResult.Rejected.class);
        return ((ConfigResult.Rejected) result)
                .problems().stream().map(Problem::toString).toList();
    }
}
