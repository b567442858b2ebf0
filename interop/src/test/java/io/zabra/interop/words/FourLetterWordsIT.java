// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.words;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.ServerSetup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: programs that read the four-letter words of Apache ZooKeeper read ours.
/// Method: both servers go through the same, and are asked every word at the same points; the texts, freed of times,
/// addresses and the like, must be equal, but for what `docs/differences-from-apache.md` lists.
@OnZabra
class FourLetterWordsIT {

    /// Words whose answers are compared as they are, but for the order of lines.
    private static final List<String> WORDS = List.of(
            "conf", "cons", "dirs", "dump", "envi", "gtmk", "isro", "ruok", "srvr", "stat", "wchs", "wchc", "wchp");

    @TempDir
    Path directory;

    private Stage start(Product product) {
        return new Stage(ServerSetup.of(product, directory.resolve(product.name()))
                .withConfig("maxClientCnxns", "77")
                .withProperty("zookeeper.nio.sessionlessCnxnTimeout", "40000")
                .start());
    }

    private static void compare(Stage apache, Stage zabra, String when, SoftAssertions softly) {
        for (String word : WORDS) {
            softly.assertThat(Stage.sorted(zabra.ask(word)))
                    .as(word + " " + when)
                    .containsExactlyElementsOf(Stage.sorted(apache.ask(word)));
        }
    }

    @Test
    void everyWordIsAnsweredAsApacheDoes() {
        try (Stage apache = start(Product.APACHE);
                Stage zabra = start(Product.ZABRA)) {
            SoftAssertions.assertSoftly(softly -> {
                // How often they were asked whether they serve goes by chance.
                apache.ask("srst");
                zabra.ask("srst");
                compare(apache, zabra, "at the start", softly);
                apache.play();
                zabra.play();
                compare(apache, zabra, "in the middle", softly);
                softly.assertThat(hash(zabra)).as("hash").isEqualTo(hash(apache));
                compareMetrics(metrics(apache), metrics(zabra), softly);
                for (String reset : List.of("crst", "srst")) {
                    softly.assertThat(zabra.ask(reset)).as(reset).isEqualTo(apache.ask(reset));
                }
                compare(apache, zabra, "after the resets", softly);
                byte[] mask = {'s', 't', 'm', 'k', 0, 0, 0, 0, 0, 0, 1, (byte) 0xFF};
                softly.assertThat(zabra.server().fourLetterWord(mask))
                        .as("stmk")
                        .isEqualTo(apache.server().fourLetterWord(mask))
                        .isEqualTo("511");
                softly.assertThat(zabra.ask("gtmk")).isEqualTo(apache.ask("gtmk"));
            });
        }
    }

    @Test
    void wordsThatAreNotOnTheListAreRefusedAsByApache() {
        try (Stage apache = new Stage(ServerSetup.of(Product.APACHE, directory.resolve("apache"))
                        .withConfig("4lw.commands.whitelist", "srvr, ruok, srst")
                        .start());
                Stage zabra = new Stage(ServerSetup.of(Product.ZABRA, directory.resolve("zabra"))
                        .withConfig("4lw.commands.whitelist", "srvr, ruok, srst")
                        .start())) {
            for (String word :
                    List.of("srst", "ruok", "ruok\n", "srvr", "stat", "mntr", "envi", "isro", "stmk", "hash")) {
                assertThat(zabra.ask(word)).as(word).isEqualTo(apache.ask(word)).isNotEmpty();
            }
            byte[] telnetClose = {(byte) 0xFF, (byte) 0xF4, (byte) 0xFF, (byte) 0xFD};
            assertThat(zabra.server().fourLetterWord(telnetClose))
                    .isEqualTo(apache.server().fourLetterWord(telnetClose));
        }
    }

    /// Zxids only: the digests go with the times of creation.
    private static String hash(Stage stage) {
        return stage.ask("hash").replaceAll(": -?\\d+", ": <digest>");
    }

    private static Map<String, String> metrics(Stage stage) {
        return stage.ask("mntr")
                .lines()
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('\t')),
                        line -> line.substring(line.indexOf('\t') + 1),
                        (first, second) -> first + " and " + second,
                        TreeMap::new));
    }

    /// Apache's counts by the first name of the path, which Zabra does not keep.
    private static boolean kept(String metric) {
        return !metric.endsWith("_read_per_namespace") && !metric.endsWith("_write_per_namespace");
    }

    /// What must be equal in value, too.
    private static final List<String> EQUAL = List.of(
            "zk_version",
            "zk_server_state",
            "zk_ephemerals_count",
            "zk_num_alive_connections",
            "zk_outstanding_requests",
            "zk_znode_count",
            "zk_global_sessions",
            "zk_local_sessions",
            "zk_watch_count",
            "zk_approximate_data_size",
            "zk_auth_failed_count",
            "zk_connection_drop_probability",
            "zk_packets_received",
            "zk_packets_sent",
            "zk_cnt_readlatency",
            "zk_cnt_updatelatency",
            "zk_connection_request_count",
            "zk_connection_rejected",
            "zk_digest_mismatches_count");

    private static void compareMetrics(Map<String, String> apache, Map<String, String> zabra, SoftAssertions softly) {
        var absent = new TreeSet<>(apache.keySet());
        absent.removeAll(zabra.keySet());
        softly.assertThat(absent.stream().filter(FourLetterWordsIT::kept))
                .as("metrics of Apache only")
                .isEmpty();
        var more = new TreeSet<>(zabra.keySet());
        more.removeAll(apache.keySet());
        more.removeIf(name -> name.startsWith("zk_zabra_"));
        softly.assertThat(more).as("metrics of Zabra only").isEmpty();
        for (String name : EQUAL) {
            softly.assertThat(zabra.get(name)).as(name).isEqualTo(apache.get(name));
        }
        apache.forEach((name, value) -> {
            if (zabra.containsKey(name)) {
                softly.assertThat(form(zabra.get(name))).as("form of " + name).isEqualTo(form(value));
            }
        });
    }

    private static String form(String value) {
        return value.matches("-?\\d+") ? "an integer" : value.matches("-?\\d+\\.\\d+") ? "a decimal" : "text";
    }
}
