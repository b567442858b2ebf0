// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTextTest {

    private static List<String> lines(History history) {
        List<String> lines = new ArrayList<>();
        history.entries().forEach(entry -> lines.add(HistoryText.write(entry)));
        history.committed().forEach(txn -> lines.add(HistoryText.write(txn)));
        return lines;
    }

    /// Without the texts behind the bar, in which arrays are not shown by their content.
    private static List<String> forMachines(List<String> lines) {
        return lines.stream()
                .map(line -> line.contains(" | ") ? line.substring(0, line.indexOf(" | ")) : line)
                .toList();
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Scribe scribe = new Scribe();
        int one = scribe.begin();
        scribe.create(one, "/a | b");
        scribe.read(one, new GetDataRequest("/a | b", true));
        scribe.set(one, "/a | b", "x");
        scribe.write(one, new MultiRequest(List.of(Scribe.create("/b", 0), Scribe.set("/none", "2"))));
        scribe.get(one, "/none");
        scribe.close(one);
        List<String> lines = lines(scribe.history());
        History read = HistoryText.read(lines);
        assertThat(forMachines(lines(read))).isEqualTo(forMachines(lines)).hasSize(17);
        assertThat(HistoryCheck.check(read, 0).complaints()).isEmpty();
        assertThat(HistoryCheck.check(read, 0).tally())
                .isEqualTo(scribe.check().tally())
                .containsEntry("event", 1L);
    }

    @Test
    void otherLinesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> HistoryText.read(List.of("open 1")));
        assertThatIllegalArgumentException().isThrownBy(() -> HistoryText.read(List.of("say 1")));
        assertThatIllegalArgumentException().isThrownBy(() -> HistoryText.read(List.of("answer 1 1 5 0 00")));
    }
}
