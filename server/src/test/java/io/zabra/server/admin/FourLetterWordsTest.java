// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.server.config.Environment;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.observe.Metrics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compares answers with those that Apache ZooKeeper 3.9.5 gave, which stand in `apache-3.9.5.txt`.
class FourLetterWordsTest {

    private static final Map<String, String> APACHE = ApacheAnswers.of("apache-3.9.5.txt");

    private final SampleView view = new SampleView();

    @ParameterizedTest
    @EnumSource(
            value = Word.class,
            names = {
                "CONF", "CONS", "CRST", "DIRS", "DUMP", "HASH", "ISRO", "RUOK", "SRST", "SRVR", "WCHC", "WCHP", "WCHS",
                "GTMK"
            })
    void answersAsApacheDoes(Word word) {
        assertThat(withoutVersion(all().answer(word, view))).isEqualTo(withoutVersion(apache(word)));
    }

    @Test
    void listsConnectionsInStatAsApacheDoes() {
        view.totals = new ServerView.Totals(new ServerView.Latency(0, 0, 0), 2, 2, 2, 0, 0xa0, 33);
        view.connections = List.of(SampleView.line(52_586, 0, 1), SampleView.line(52_570, 1, 0));
        assertThat(withoutVersion(all().answer(Word.STAT, view))).isEqualTo(withoutVersion(apache(Word.STAT)));
    }

    @Test
    void environmentHasApachesNamesInApachesOrder() {
        assertThat(names(all().answer(Word.ENVI, view), "=")).isEqualTo(names(apache(Word.ENVI), "="));
    }

    @Test
    void metricsHaveApachesNamesInApachesOrderAndApachesKindOfNumber() {
        var metrics = new Metrics();
        view.metrics = metrics::forEach;
        metrics.summaries("write_per_namespace").ofPath("/q/a").add(2);
        String answer = all().answer(Word.MNTR, view);
        String ours = "(?m)^zk_zabra_.*\\R";
        assertThat(answer).containsPattern(ours);
        assertThat(shapes(answer.replaceAll(ours, ""))).isEqualTo(shapes(apache(Word.MNTR)));
    }

    @Test
    void srvrIsReadByTheExpressionsOfGoZookeeper() {
        String version = "^Zookeeper version: ([A-Za-z0-9.\\-]+), built on"
                + " ((\\d\\d/\\d\\d/\\d\\d\\d\\d|\\d\\d\\d\\d-\\d\\d-\\d\\d) \\d\\d:\\d\\d [A-Za-z0-9:+\\-]+)";
        String latency = "^Latency min/avg/max: (\\d+)/([0-9.]+)/(\\d+)";
        String traffic = "^Received: (\\d+).*\\n^Sent: (\\d+).*\\n^Connections: (\\d+).*\\n^Outstanding: (\\d+)";
        String state = "^Zxid: (0x[A-Za-z0-9]+).*\\n^Mode: (\\w+).*\\n^Node count: (\\d+)";
        Matcher matcher = Pattern.compile(
                        version + ".*\\n" + latency + ".*\\n" + traffic + ".*\\n" + state, Pattern.MULTILINE)
                .matcher(all().answer(Word.SRVR, view));
        assertThat(matcher.find()).isTrue();
        assertThat(matcher.group(1)).startsWith("3.9.5-zabra-").doesNotContain("$");
        assertThat(matcher.group(11)).isEqualTo("0xa0");
    }

    @Test
    void versionIsReadByTheExpressionsOfKazooAndDatadog() {
        Matcher kazoo = Pattern.compile("([\\d.]*).*").matcher(ServerVersion.full());
        assertThat(kazoo.matches()).isTrue();
        assertThat(kazoo.group(1)).isEqualTo("3.9.5");
        Matcher datadog = Pattern.compile("Zookeeper version: ([^.]+)\\.([^.]+)\\.([^-]+)")
                .matcher("Zookeeper version: " + ServerVersion.full());
        assertThat(datadog.find()).isTrue();
        assertThat(List.of(datadog.group(1), datadog.group(2), datadog.group(3)))
                .containsExactly("3", "9", "5");
    }

    @Test
    void refusesWordsThatAreNotAllowed() {
        var words = words("srvr");
        assertThat(words.answer(Word.STAT, view))
                .isEqualTo("stat is not executed because it is not in the whitelist.\n");
        assertThat(words.answer(Word.SRVR, view)).startsWith("Zookeeper version: ");
        assertThat(words.needsMask(Word.STMK)).isFalse();
        assertThat(all().needsMask(Word.STMK)).isTrue();
        assertThat(all().answer(Word.TELNET_CLOSE, view)).isEmpty();
    }

    @Test
    void saysThatItIsNotServing() {
        view.standing = new Standing.NotServing();
        String text = "This ZooKeeper instance is not currently serving requests";
        assertThat(all().answer(Word.SRVR, view)).isEqualTo(text + "\n");
        assertThat(all().answer(Word.MNTR, view)).isEqualTo(text + "\n");
        assertThat(all().answer(Word.HASH, view)).isEqualTo(text);
        assertThat(all().answer(Word.ISRO, view)).isEqualTo("null");
        assertThat(all().answer(Word.RUOK, view)).isEqualTo("imok");
        assertThat(all().answer(Word.ENVI, view)).startsWith("Environment:\nzookeeper.version=3.9.5-");
        assertThat(view.resets).isEmpty();
    }

    @Test
    void keepsTheTraceMask() {
        FourLetterWords words = all();
        assertThat(words.setTraceMask(511)).isEqualTo("511");
        assertThat(words.answer(Word.GTMK, view)).isEqualTo("511");
    }

    @Test
    void resetsWhatItSaysItResets() {
        all().answer(Word.SRST, view);
        all().answer(Word.CRST, view);
        assertThat(view.resets).containsExactly("statistics", "connections");
    }

    @Test
    void cutsEnormousAnswersAndSaysSo() {
        var paths = new ArrayList<String>();
        for (int i = 0; i < 5_000; i++) {
            paths.add("/p" + i);
        }
        view.watches = List.of(new ServerView.SessionPaths(1, paths));
        var words = new FourLetterWords(
                new ServerConfig.Admin(new TreeSet<>(List.of("wchc")), 1_000), Map::of, ZoneId.of("UTC"));
        String answer = words.answer(Word.WCHC, view);
        assertThat(answer.lines().count()).isEqualTo(1_002);
        assertThat(answer).contains("\t/p998\n(cut after 1000 lines)\n\n");
    }

    @Test
    void knowsWordsByTheirFirstFourBytes() {
        for (Word word : Word.values()) {
            assertThat(Word.of(word.code())).isEqualTo(word);
        }
        assertThat(Word.of(ByteBuffer.wrap("mntr".getBytes(StandardCharsets.US_ASCII))
                        .getInt()))
                .isEqualTo(Word.MNTR);
        assertThat(Word.of(0xfff4fffd)).isEqualTo(Word.TELNET_CLOSE);
        assertThat(Word.of(44)).isNull();
        assertThat(Word.of(ByteBuffer.wrap("bogu".getBytes(StandardCharsets.US_ASCII))
                        .getInt()))
                .isNull();
    }

    private static FourLetterWords all() {
        return words("*");
    }

    private static FourLetterWords words(String whitelist) {
        var words = new TreeSet<String>();
        for (Word word : Word.values()) {
            if (whitelist.equals("*") || whitelist.equals(word.text())) {
                words.add(word.text());
            }
        }
        return new FourLetterWords(new ServerConfig.Admin(words, 1_000_000), Environment::describe, ZoneId.of("UTC"));
    }

    private static String withoutVersion(String text) {
        return text.replaceAll("(?m)^(Zookeeper version: ).*$", "$1");
    }

    private static List<String> names(String text, String separator) {
        return text.lines().map(line -> line.replaceFirst(separator + ".*", "")).toList();
    }

    /// Names of metrics with `0` or `0.0` for their values.
    private static List<String> shapes(String text) {
        return text.lines()
                .map(line -> line.contains("version") ? line.replaceFirst("\t.*", "") : line)
                .map(line -> line.replaceFirst("\t-?\\d+\\.\\d+$", "\t0.0").replaceFirst("\t-?\\d+$", "\t0"))
                .toList();
    }

    private static String apache(Word word) {
        String answer = APACHE.get(word.text());
        assertThat(answer).as(word.text()).isNotNull();
        return answer;
    }
}
