// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.load.Template;
import io.zabra.bench.load.Workload;
import java.nio.ByteBuffer;

/// Creates znodes without end, each under a parent of its session, numbered through.
final class Creates implements Workload {

    private final Template[] bySession;
    private long created;

    Creates(int sessions, byte[] value) {
        bySession = new Template[sessions];
        for (int i = 0; i < sessions; i++) {
            bySession[i] = Template.of(DataSet.create(DataSet.parent(i) + "/new-" + Template.DIGITS, value));
        }
    }

    @Override
    public void next(int session, int xid, ByteBuffer out) {
        bySession[session].put(out, xid, created++);
    }

    @Override
    public int maxFrameLength() {
        return bySession[0].length();
    }
}
