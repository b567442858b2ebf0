// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final List<Result> RESULTS = List.of(
            result("a", 1, 300, 2.0), result("b", 1, 100, 9.0),
            result("a", 2, 500, 3.0), result("b", 2, 140, 6.0),
            result("a", 3, 400, 2.5), result("b", 3, 120, 5.0));

    @Test
    void medianMinimumAndMaximumOfOddAndEvenCounts() {
        assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 3));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(2.5, 1, 4));
    }

    @Test
    void anAdvantageAboveOneMeansBetterWhicheverWayAFigureRuns() {
        Summary summary = Summary.of(RESULTS);

        assertThat(summary.advantage(Figure.OPERATIONS_PER_SECOND, "b")).hasValue(400.0 / 120);
        assertThat(summary.advantage(Figure.SERVER_CPU_US, "b")).hasValue(6.0 / 2.5);
        assertThat(summary.advantage(Figure.P99_US, "b")).isEmpty();
    }

    @Test
    void theTableShowsMediansSpreadsAndRatios() {
        List<String> lines = TextTable.of(Summary.of(RESULTS)).lines().toList();

        assertThat(lines.stream().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "get: 32 x 16",
                        "a b better than b",
                        "throughput, ops/s 400 (300-500) 120 (100-140) 3.33x",
                        "server CPU, us/op 2.50 (2.00-3.00) 6.00 (5.00-9.00) 2.40x");
        assertThat(lines.subList(1, 4))
                .as("columns are aligned on the right")
                .allMatch(line -> line.length() == lines.get(1).length());
    }

    @Test
    void jsonKeepsEachRoundAndEscapesText() {
        String json = Json.of(Map.of("disk", "a \"b\" \\ c\n"), RESULTS.subList(0, 1));

        assertThat(json)
                .contains("\"disk\": \"a \\\"b\\\" \\\\ c\\u000a\"")
                .contains("{\"scenario\": \"get\", \"parameters\": \"32 x 16\", \"target\": \"a\", \"round\": 1, "
                        + "\"figures\": {\"operationsPerSecond\": 300, \"serverCpuUsPerOperation\": 2}}");
    }

    @Test
    void whatCannotBeDividedIsLeftOut() {
        assertThat(new Figures().with(Figure.SERVER_CPU_US, 0.0 / 0).values()).isEmpty();
    }

    private static Result result(String target, int round, double throughput, double cpu) {
        var figures =
                new Figures().with(Figure.OPERATIONS_PER_SECOND, throughput).with(Figure.SERVER_CPU_US, cpu);
        return new Result("get", "32 x 16", target, round, figures);
    }
}
