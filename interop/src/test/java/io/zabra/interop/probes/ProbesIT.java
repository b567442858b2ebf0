// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.process.RunningServer;
import io.zabra.interop.process.ServerSetup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal: known answers of Apache ZooKeeper 3.9.5 stay ours, too, whatever becomes of the random sequences.
/// Method: fixed requests are sent to a server, and each answer is compared with the recorded one.
///
/// After a change of the probes, record anew, and read what changed: `-Dit.test=ProbesIT -Dzabra.record=true`.
class ProbesIT {

    private static final String ANSWERS = "answers.txt";
    private static final Path SOURCE = Path.of("src/test/resources/io/zabra/interop/probes", ANSWERS);

    @TempDir
    Path directory;

    @Test
    @OnZabra
    void zabraAnswersAsRecorded() {
        assertThat(differences(replay(Product.ZABRA))).isEmpty();
    }

    /// That the recording is right. It is written anew instead if that is asked for.
    @Test
    void apacheAnswersAsRecorded() throws IOException {
        List<String> answers = replay(Product.APACHE);
        if (Boolean.getBoolean("zabra.record")) {
            Files.write(SOURCE, answers);
        } else {
            assertThat(differences(answers)).isEmpty();
        }
    }

    private List<String> replay(Product product) {
        ServerSetup setup = ServerSetup.of(product, directory);
        try (RunningServer server = setup.start();
                var recorder = new Recorder(server.address())) {
            new RequestProbes(recorder).run();
            new MultiProbes(recorder).run();
            new WatchProbes(recorder).run();
            new ConnectionProbes(recorder).run();
            assertThat(recorder.lines()).doesNotHaveDuplicates();
            return recorder.lines();
        }
    }

    private static List<String> differences(List<String> answers) {
        List<String> recorded = recorded();
        assertThat(answers).hasSameSizeAs(recorded);
        var differences = new ArrayList<String>();
        for (int i = 0; i < recorded.size(); i++) {
            if (!answers.get(i).equals(recorded.get(i))) {
                differences.add("recorded  " + recorded.get(i) + "\nbut now   " + answers.get(i) + "\n");
            }
        }
        return differences;
    }

    private static List<String> recorded() {
        try (InputStream in = ProbesIT.class.getResourceAsStream(ANSWERS)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
