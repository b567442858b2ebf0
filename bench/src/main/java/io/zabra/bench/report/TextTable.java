// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/// A summary as text: a row a figure, a column a target (median, in brackets minimum and maximum), and how many times
/// better the first target is than the last.
public final class TextTable {

    private static final int COLUMN_GAP = 2;

    private TextTable() {}

    public static String of(Summary summary) {
        List<String> targets = List.copyOf(summary.byTarget().keySet());
        List<List<String>> rows = new ArrayList<>();
        rows.add(header(targets));
        for (Figure figure : Figure.values()) {
            List<String> row = row(summary, figure, targets);
            if (row.stream().skip(1).anyMatch(cell -> !cell.isEmpty())) {
                rows.add(row);
            }
        }
        return summary.scenario() + ": " + summary.parameters() + "\n" + aligned(rows);
    }

    private static List<String> header(List<String> targets) {
        List<String> header = new ArrayList<>();
        header.add("");
        header.addAll(targets);
        if (targets.size() > 1) {
            header.add("better than " + targets.getLast());
        }
        return header;
    }

    private static List<String> row(Summary summary, Figure figure, List<String> targets) {
        List<String> row = new ArrayList<>();
        row.add(figure.title());
        for (String target : targets) {
            Spread spread = summary.byTarget().getOrDefault(target, Map.of()).get(figure);
            row.add(spread == null ? "" : cell(spread, figure.decimals()));
        }
        if (targets.size() > 1) {
            OptionalDouble advantage = summary.advantage(figure, targets.getLast());
            row.add(advantage.isPresent() ? String.format(Locale.ROOT, "%.2fx", advantage.getAsDouble()) : "");
        }
        return row;
    }

    private static String cell(Spread spread, int decimals) {
        String number = "%,." + decimals + "f";
        String format = spread.minimum() == spread.maximum() ? number : number + " (" + number + "-" + number + ")";
        return String.format(Locale.ROOT, format, spread.median(), spread.minimum(), spread.maximum());
    }

    private static String aligned(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> row : rows) {
            var line = new StringBuilder(" ".repeat(COLUMN_GAP));
            for (int i = 0; i < row.size(); i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + padding : padding + row.get(i))
                        .append(" ".repeat(COLUMN_GAP));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
