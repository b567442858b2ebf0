// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

import io.zabra.core.base.Now;
import io.zabra.core.request.Stamp;
import io.zabra.wire.WireWriter;

/// Orders transactions: assigns zxids and times, and sends proposals to the log (Apache: ProposalRequestProcessor).
/// Belongs to whoever leads: the leader of an epoch, or a server that stands alone. Owned by the node.
public final class Proposals {

    private static final int NONE = -1;
    private static final int SCRATCH_BYTES_MAX = 1 << 16;

    private final History history;
    private final WireWriter scratch = new WireWriter();
    private final boolean alone;
    private long lastProposed;
    private long lastTimeMs;
    private long outstandingBytes;
    private long lastBytes = NONE;
    private long leastBytes = NONE;
    private long mostBytes = NONE;

    /// @param epoch of the leader
    public Proposals(History history, long epoch) {
        this(history, epoch, false);
    }

    private Proposals(History history, long epoch, boolean alone) {
        this.history = history;
        this.alone = alone;
        this.lastProposed = Math.max(history.lastAppended(), Zxid.start(epoch));
    }

    /// Of a server that stands alone: nobody has to agree when it goes on in the next epoch because the numbers of one
    /// are used up.
    public static Proposals alone(History history) {
        return new Proposals(history, Zxid.epoch(history.lastAppended()), true);
    }

    /// The stamp of the next proposal. The time never goes back, even when the wall clock does.
    public Stamp next(Now now) {
        lastTimeMs = Math.max(lastTimeMs, now.wallMs());
        if (alone && Zxid.counter(lastProposed) == Zxid.COUNTER_MAX) {
            lastProposed = Zxid.start(Zxid.epoch(lastProposed) + 1);
        }
        return new Stamp(lastProposed + 1, lastTimeMs);
    }

    /// Sends a proposal on its way.
    public void propose(Proposal proposal, Log log) {
        lastProposed++;
        outstandingBytes += proposal.requestBytes();
        byte[] entry = proposal.txn().encode(scratch);
        scratch.shrink(SCRATCH_BYTES_MAX);
        lastBytes = entry.length;
        leastBytes = leastBytes == NONE ? lastBytes : Math.min(leastBytes, lastBytes);
        mostBytes = Math.max(mostBytes, lastBytes);
        history.append(proposal, entry, log);
    }

    /// Learns that a proposal is applied.
    public void applied(Proposal proposal) {
        outstandingBytes -= proposal.requestBytes();
    }

    public long lastProposed() {
        return lastProposed;
    }

    /// How many bytes the requests had whose proposals are not applied yet.
    public long outstandingBytes() {
        return outstandingBytes;
    }

    /// Sizes of the proposals, in bytes; -1 while there was none.
    public record Sizes(long last, long least, long most) {}

    public Sizes sizes() {
        return new Sizes(lastBytes, leastBytes, mostBytes);
    }

    /// As if there had been no proposal so far.
    public void forgetSizes() {
        lastBytes = NONE;
        leastBytes = NONE;
        mostBytes = NONE;
    }
}
