// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/// All rounds of one scenario, by target in the order in which the targets were named.
public record Summary(String scenario, String parameters, Map<String, Map<Figure, Spread>> byTarget) {

    /// Sums up results of one and the same scenario.
    public static Summary of(List<Result> results) {
        Map<String, List<Result>> grouped = new LinkedHashMap<>();
        for (Result result : results) {
            grouped.computeIfAbsent(result.target(), _ -> new ArrayList<>()).add(result);
        }
        Map<String, Map<Figure, Spread>> byTarget = new LinkedHashMap<>();
        grouped.forEach((target, rounds) -> byTarget.put(target, spreads(rounds)));
        Result first = results.getFirst();
        return new Summary(first.scenario(), first.parameters(), byTarget);
    }

    private static Map<Figure, Spread> spreads(List<Result> rounds) {
        Map<Figure, Spread> spreads = new LinkedHashMap<>();
        for (Figure figure : Figure.values()) {
            List<Double> values = rounds.stream()
                    .map(round -> round.figures().values().get(figure))
                    .filter(Objects::nonNull)
                    .toList();
            if (!values.isEmpty()) {
                spreads.put(figure, Spread.of(values));
            }
        }
        return spreads;
    }

    /// How many times better the first target is than `other` by this figure (above 1 = better, below 1 = worse).
    /// Empty where a figure has no better side, is missing or is 0.
    public OptionalDouble advantage(Figure figure, String other) {
        Spread own = byTarget.values().iterator().next().get(figure);
        Spread theirs = byTarget.getOrDefault(other, Map.of()).get(figure);
        if (own == null || theirs == null || own.median() == 0 || theirs.median() == 0) {
            return OptionalDouble.empty();
        }
        return switch (figure.better()) {
            case HIGHER -> OptionalDouble.of(own.median() / theirs.median());
            case LOWER -> OptionalDouble.of(theirs.median() / own.median());
            case NEITHER -> OptionalDouble.empty();
        };
    }
}
