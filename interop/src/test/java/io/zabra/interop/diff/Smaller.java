// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The smaller versions of a plan that are tried when it fails: the biggest cuts first.
final class Smaller {

    private Smaller() {}

    static List<Plan> of(Plan plan) {
        var plans = new ArrayList<Plan>();
        without(plan.steps(), steps -> plans.add(plan.with(steps)));
        for (int i = 0; i < plan.steps().size(); i++) {
            if (plan.steps().get(i) instanceof Step.Send send) {
                int at = i;
                shorterSends(send, smaller -> plans.add(replaced(plan, at, smaller)));
            }
        }
        return plans;
    }

    /// The list without each of its parts: halves, quarters and so on down to single elements.
    private static <T> void without(List<T> list, Consumer<List<T>> out) {
        for (int size = Math.max(1, list.size() / 2); size > 0; size /= 2) {
            for (int from = list.size() - size; from >= 0; from -= size) {
                var rest = new ArrayList<>(list.subList(0, from));
                rest.addAll(list.subList(from + size, list.size()));
                if (!rest.isEmpty()) {
                    out.accept(rest);
                }
            }
        }
    }

    private static void shorterSends(Step.Send send, Consumer<Step> out) {
        if (send.calls().size() > 1) {
            without(send.calls(), calls -> out.accept(new Step.Send(send.slot(), calls)));
        }
        for (int i = 0; i < send.calls().size(); i++) {
            Call call = send.calls().get(i);
            if (call.parts() != null && !call.parts().isEmpty()) {
                int at = i;
                without(call.parts(), parts -> {
                    var calls = new ArrayList<>(send.calls());
                    calls.set(at, call.withParts(parts));
                    out.accept(new Step.Send(send.slot(), calls));
                });
            }
        }
    }

    private static Plan replaced(Plan plan, int at, Step step) {
        var steps = new ArrayList<>(plan.steps());
        steps.set(at, step);
        return plan.with(steps);
    }
}
