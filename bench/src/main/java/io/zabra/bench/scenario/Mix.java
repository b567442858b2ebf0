// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Template;
import io.zabra.bench.load.Workload;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Requests drawn from two sets of templates by a fixed percentage; which one comes next is pseudo-random, the same in
/// each run.
final class Mix implements Workload {

    private final Template[] usual;
    private final Template[] other;
    private final int otherPercent;
    private long state = 0x9E3779B97F4A7C15L;

    private Mix(Template[] usual, Template[] other, int otherPercent) {
        this.usual = usual;
        this.other = other;
        this.otherPercent = otherPercent;
    }

    static Mix of(Template[] templates) {
        return new Mix(templates, templates, 0);
    }

    static Mix of(Template[] usual, Template[] other, int otherPercent) {
        return new Mix(usual, other, otherPercent);
    }

    @Override
    public void next(int session, int xid, ByteBuffer out) {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        int draw = (int) (state >>> 33);
        Template[] templates = draw % 100 < otherPercent ? other : usual;
        templates[draw / 100 % templates.length].put(out, xid);
    }

    @Override
    public int maxFrameLength() {
        return Math.max(longest(usual), longest(other));
    }

    private static int longest(Template[] templates) {
        return Arrays.stream(templates).mapToInt(Template::length).max().orElse(0);
    }
}
