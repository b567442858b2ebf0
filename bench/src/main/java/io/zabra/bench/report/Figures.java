// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.report;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// The figures of one run of one scenario on one server, in the order of [Figure].
public final class Figures {

    private final EnumMap<Figure, Double> values = new EnumMap<>(Figure.class);

    /// Adds a figure; returns itself. Not-a-number (nothing to divide by) is left out.
    public Figures with(Figure figure, double value) {
        if (Double.isFinite(value)) {
            values.put(figure, value);
        }
        return this;
    }

    public Map<Figure, Double> values() {
        return Collections.unmodifiableMap(values);
    }
}
