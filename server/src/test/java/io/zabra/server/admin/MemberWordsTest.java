// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.server.admin.ServerView.ConnectionId;
import io.zabra.server.admin.ServerView.Latency;
import io.zabra.server.admin.ServerView.MemberSettings;
import io.zabra.server.admin.ServerView.SessionPaths;
import io.zabra.server.admin.ServerView.Settings;
import io.zabra.server.admin.ServerView.Totals;
import io.zabra.server.config.ServerConfig;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Compares the answers of members of an ensemble with those of three servers of Apache ZooKeeper 3.9.5 and an
/// observer, which stand in `apache-3.9.5-ensemble.txt`. Of their `mntr` there is what a server alone does not have.
class MemberWordsTest {

    private static final Map<String, String> APACHE = ApacheAnswers.of("apache-3.9.5-ensemble.txt");
    private static final Standing.Learners LEARNERS = new Standing.Learners(3, 2, 0, 1, 0);
    private static final long SESSION = 0x100024e635f0000L;

    private final SampleView view = new SampleView();
    private final FourLetterWords words = new FourLetterWords(
            new ServerConfig.Admin(new TreeSet<>(List.of("conf", "dump", "mntr", "isro", "srvr", "stat")), 1_000),
            Map::of,
            ZoneId.of("UTC"));

    @BeforeEach
    void state() {
        view.totals = new Totals(new Latency(0, 0, 0), 1, 1, 1, 0, 0x100000002L, 6);
    }

    @Test
    void aLeaderAnswersAsApachesDoes() {
        view.standing = new Standing.Leading(3, LEARNERS, 655, new Standing.ProposalSizes(89, 48, 89));
        view.settings = settings(3, 24_183);
        assertThat(words.answer(Word.CONF, view).replaceAll("Size=\\d+", "Size=67109538"))
                .isEqualTo(APACHE.get("leader conf"));
        assertThat(sorted(words.answer(Word.MNTR, view))).isEqualTo(sorted(apache("leader mntr")));
        assertThat(words.answer(Word.ISRO, view)).isEqualTo("rw");
        view.standing = new Standing.Leading(
                1, new Standing.Learners(2, 2, 1, 0, 0), 655, new Standing.ProposalSizes(89, 48, 89));
        assertThat(words.answer(Word.MNTR, view))
                .contains("\nzk_synced_followers\t2\n", "\nzk_synced_non_voting_followers\t1\n");
        assertThat(words.answer(Word.SRVR, view)).endsWith("\nProposal sizes last/min/max: 89/48/89\n");
        view.standing = new Standing.Leading(3, LEARNERS, 655, new Standing.ProposalSizes(-1, -1, -1));
        assertThat(withoutVersion(words.answer(Word.SRVR, view))).isEqualTo(withoutVersion(apache("leader srvr")));
    }

    @Test
    void aFollowerAnswersAsApachesDoes() {
        view.standing = new Standing.Following(3, -1);
        view.settings = settings(1, 24_181);
        assertThat(words.answer(Word.CONF, view).replaceAll("Size=\\d+", "Size=67109538"))
                .isEqualTo(apache("follower conf"));
        assertThat(sorted(words.answer(Word.MNTR, view))).isEqualTo(sorted(apache("follower mntr")));
        view.standing = new Standing.Following(3, 2);
        assertThat(words.answer(Word.MNTR, view)).contains("\nzk_synced_observers\t2\n");
        view.totals = new Totals(new Latency(0, 0, 0), 1, 1, 2, 0, 0x100000002L, 6);
        assertThat(withoutVersion(words.answer(Word.SRVR, view))).isEqualTo(withoutVersion(apache("follower srvr")));
        view.totals = new Totals(new Latency(0, 0, 0), 2, 2, 2, 0, 0x100000002L, 6);
        view.connections = List.of(SampleView.line(43_070, 1, 0), SampleView.line(43_170, 0, 1));
        assertThat(withoutVersion(words.answer(Word.STAT, view))).isEqualTo(withoutVersion(apache("follower stat")));
    }

    @Test
    void aLearnerDumpsSessionsWithoutTheirTimesOfExpiry() {
        view.standing = new Standing.Following(3, -1);
        view.timeouts.put(SESSION, 10_000);
        view.ephemerals = List.of(new SessionPaths(SESSION, List.of("/a")));
        view.connectionExpiry = List.of(
                SampleView.set("2026-11-21T14:48:18Z"),
                SampleView.set(
                        "2026-11-21T14:48:28Z",
                        new ConnectionId(SampleView.address(43_104), 0),
                        new ConnectionId(SampleView.address(43_070), SESSION)));
        assertThat(words.answer(Word.DUMP, view)).isEqualTo(apache("follower dump"));
        for (long id = 1; id < 3_000; id++) {
            view.timeouts.put(id, 10_000);
        }
        assertThat(words.answer(Word.DUMP, view)).endsWith("0x3e6\t10000ms\n(cut after 1000 lines)\n");
    }

    @Test
    void anObserverAnswersAsApachesDoes() {
        view.standing = new Standing.Observing(3, 3);
        assertThat(sorted(words.answer(Word.MNTR, view))).isEqualTo(sorted(apache("observer mntr")));
        assertThat(withoutVersion(words.answer(Word.SRVR, view))).isEqualTo(withoutVersion(apache("observer srvr")));
        Settings observer = settings(1, 24_181);
        MemberSettings member = new MemberSettings(10, 5, 24_381, 24_281, true, "server.1=h:1:2:observer\nversion=0");
        view.settings =
                new Settings(observer.clientPort(), observer.dataDir(), observer.logDir(), 1, 1, 1, 1, 1, 4, member);
        assertThat(words.answer(Word.CONF, view))
                .endsWith("peerType=1\nmembership: \nserver.1=h:1:2:observer\nversion=0");
    }

    private static Settings settings(int sid, int clientPort) {
        Path folder = Path.of("/var/lib/zookeeper/" + sid + "/version-2");
        var member = new MemberSettings(10, 5, 24_380 + sid, 24_280 + sid, false, """
            server.1=127.0.0.1:24281:24381:participant
            server.2=127.0.0.1:24282:24382:participant
            server.3=127.0.0.1:24283:24383:participant
            server.4=127.0.0.1:24284:24384:observer
            version=0\
            """);
        return new Settings(clientPort, folder, folder, 1_000, 60, 2_000, 20_000, -1, sid, member);
    }

    private static List<String> sorted(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("zk_version"))
                .sorted()
                .toList();
    }

    private static String withoutVersion(String text) {
        return text.replaceAll("(?m)^(Zookeeper version: ).*$", "$1");
    }

    private static String apache(String section) {
        String answer = APACHE.get(section);
        assertThat(answer).as(section).isNotNull();
        return answer;
    }
}
