// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.zabra.core.base.InvariantViolation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final Metrics metrics = new Metrics();

    @Test
    void addsUpTheCellsOfACounter() {
        Counter counter = metrics.counter("commit_count");
        Counter.Cell one = counter.cell();
        Counter.Cell two = counter.cell();
        one.add(5);
        two.increment();
        counter.increment();
        assertThat(counter.value()).isEqualTo(7);
        assertThat(values()).containsEntry("commit_count", 7L);
    }

    @Test
    void addsUpTheCellsOfASummary() {
        Summary summary = metrics.summary("fsynctime");
        summary.cell().add(4);
        summary.cell().add(1);
        summary.add(5);
        assertThat(summary.totals()).isEqualTo(new Summary.Totals(3.3333, 1, 5, 3, 10));
        assertThat(values())
                .containsEntry("avg_fsynctime", 3.3333)
                .containsEntry("min_fsynctime", 1L)
                .containsEntry("max_fsynctime", 5L)
                .containsEntry("cnt_fsynctime", 3L)
                .containsEntry("sum_fsynctime", 10L)
                .doesNotContainKey("p50_fsynctime");
    }

    @Test
    void percentilesAreExactForSmallValuesAndNearForLargeOnes() {
        Summary summary = metrics.summary("readlatency");
        Summary.Cell cell = summary.cell();
        for (int i = 1; i <= 100; i++) {
            cell.add(i);
        }
        assertThat(summary.percentile(0.5)).isEqualTo(50);
        assertThat(summary.percentile(0.99)).isEqualTo(99);
        assertThat(summary.percentile(0.999)).isEqualTo(100);
        metrics.reset();
        for (long i = 1; i <= 100_000; i++) {
            cell.add(i * 1_000);
        }
        for (double share : new double[] {0.01, 0.5, 0.95, 0.99, 0.999}) {
            double exact = share * 100_000_000;
            assertThat((double) summary.percentile(share)).isCloseTo(exact, within(exact / 64));
        }
        cell.add(Long.MAX_VALUE / 2);
        assertThat(summary.percentile(1)).isCloseTo(1L << 40, within(1L << 34));
    }

    @Test
    void resetReachesCellsAtTheirNextWrite() {
        Counter counter = metrics.counter("response_bytes");
        Counter.Cell cell = counter.cell();
        Summary.Cell latency = metrics.requestLatencyMs().cell();
        cell.add(100);
        counter.add(1_000);
        latency.add(50);
        metrics.responseSizes().add(7);
        metrics.packetsSent().add(3);
        metrics.reset();
        assertThat(counter.value()).isZero();
        assertThat(values())
                .containsEntry("max_latency", 0L)
                .containsEntry("packets_sent", 0L)
                .containsEntry("last_client_response_size", -1L);
        cell.add(2);
        latency.add(3);
        assertThat(counter.value()).isEqualTo(2);
        assertThat(metrics.requestLatencyMs().totals()).isEqualTo(new Summary.Totals(3, 3, 3, 1, 3));
    }

    @Test
    void namesThatMeanNothingHereStayZero() {
        Map<String, Number> values = values();
        for (String name : MetricNames.ALWAYS_ZERO) {
            Number value = values.getOrDefault(name, values.get("cnt_" + name));
            assertThat(value).as(name).isNotNull();
            assertThat(value.longValue()).as(name).isZero();
        }
    }

    @Test
    void gaugesAreAskedForWhenShown() {
        metrics.gauge("znode_count", () -> 5);
        metrics.gaugeSet("quota_count_limit_per_namespace", () -> new TreeMap<>(Map.of("app", 9L)));
        assertThat(values()).containsEntry("znode_count", 5).containsEntry("app_quota_count_limit_per_namespace", 9L);
        assertThatThrownBy(() -> metrics.gauge("znode_cuont", () -> 5)).isInstanceOf(InvariantViolation.class);
        assertThatThrownBy(() -> metrics.counter("cuont")).isInstanceOf(InvariantViolation.class);
    }

    @Test
    void namespacesAreLimited() {
        Namespaced<Counter> quota = metrics.counters("quota_exceeded_error_per_namespace");
        for (int i = 0; i < Namespaced.NAMESPACES_MAX + 10; i++) {
            quota.ofPath("/n" + i + "/x").increment();
        }
        assertThat(quota.all()).hasSize(Namespaced.NAMESPACES_MAX + 1);
        assertThat(quota.all().get(Namespaced.OTHERS).value()).isEqualTo(10);
        quota.ofPath("/n1").increment();
        assertThat(values()).containsEntry("n1_quota_exceeded_error_per_namespace", 2L);
    }

    private Map<String, Number> values() {
        var values = new LinkedHashMap<String, Number>();
        metrics.forEach(values::put);
        return values;
    }
}
