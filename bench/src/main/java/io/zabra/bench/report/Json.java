// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.report;

import java.util.List;
import java.util.Map;

/// Writes results as JSON: `{"environment": {...}, "results": [{"scenario", "parameters", "target", "round",
/// "figures": {key: number}}]}`. Every round is kept; medians are for readers to take.
public final class Json {

    private Json() {}

    public static String of(Map<String, String> environment, List<Result> results) {
        var out = new StringBuilder("{\n  \"environment\": {");
        String separator = "\n    ";
        for (var entry : environment.entrySet()) {
            out.append(separator).append(quoted(entry.getKey())).append(": ").append(quoted(entry.getValue()));
            separator = ",\n    ";
        }
        out.append("\n  },\n  \"results\": [");
        separator = "\n    ";
        for (Result result : results) {
            out.append(separator).append(object(result));
            separator = ",\n    ";
        }
        return out.append("\n  ]\n}\n").toString();
    }

    private static String object(Result result) {
        var out = new StringBuilder("{\"scenario\": ")
                .append(quoted(result.scenario()))
                .append(", \"parameters\": ")
                .append(quoted(result.parameters()))
                .append(", \"target\": ")
                .append(quoted(result.target()))
                .append(", \"round\": ")
                .append(result.round())
                .append(", \"figures\": {");
        String separator = "";
        for (var figure : result.figures().values().entrySet()) {
            out.append(separator)
                    .append(quoted(figure.getKey().key()))
                    .append(": ")
                    .append(number(figure.getValue()));
            separator = ", ";
        }
        return out.append("}}").toString();
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(Math.round(value * 1000) / 1000.0);
    }

    static String quoted(String text) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
