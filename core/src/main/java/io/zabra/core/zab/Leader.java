// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Invariant;
import io.zabra.core.base.Now;
import io.zabra.core.request.Stamp;
import io.zabra.wire.WireWriter;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Orders transactions: assigns zxids, sends proposals to the log, and releases them in order once they are committed
/// (Zab's broadcast phase; Apache: Leader with ProposalRequestProcessor). Owned by the node.
///
/// In an ensemble of one the local log is the quorum.
public final class Leader {

    private static final int SCRATCH_BYTES_MAX = 1 << 16;

    private final ArrayDeque<Proposal> proposals = new ArrayDeque<>();
    private final WireWriter scratch = new WireWriter();
    private long lastProposed;
    private long lastDurable;
    private long lastTimeMs;
    private long outstandingBytes;

    /// @param lastZxid the last transaction of the recovered log
    public Leader(long lastZxid) {
        lastProposed = lastZxid;
        lastDurable = lastZxid;
    }

    /// The stamp of the next proposal. The time never goes back, even when the wall clock does.
    public Stamp next(Now now) {
        lastTimeMs = Math.max(lastTimeMs, now.wallMs());
        return new Stamp(lastProposed + 1, lastTimeMs);
    }

    /// Sends a proposal on its way; returns the size of its log entry in bytes.
    public int propose(Proposal proposal, Log log) {
        Invariant.check(proposal.zxid() == lastProposed + 1, "a proposal must follow the one before");
        lastProposed = proposal.zxid();
        proposals.add(proposal);
        outstandingBytes += proposal.requestBytes();
        byte[] entry = proposal.txn().encode(scratch);
        scratch.shrink(SCRATCH_BYTES_MAX);
        log.append(proposal.zxid(), entry);
        return entry.length;
    }

    /// Learns that the log has made everything up to `zxid` durable.
    public void durable(long zxid) {
        Invariant.check(zxid >= lastDurable && zxid <= lastProposed, "durable zxid 0x%x is out of order", zxid);
        lastDurable = zxid;
    }

    /// The next committed proposal, in the order of zxids; null when there is none.
    public @Nullable Proposal committed() {
        Proposal first = proposals.peek();
        if (first == null || first.zxid() > lastDurable) {
            return null;
        }
        outstandingBytes -= first.requestBytes();
        return proposals.poll();
    }

    public long lastProposed() {
        return lastProposed;
    }

    /// How many bytes the requests had whose proposals are not applied yet.
    public long outstandingBytes() {
        return outstandingBytes;
    }

    /// How many proposals are not applied yet.
    public int outstanding() {
        return proposals.size();
    }
}
