// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.feed;

import io.zabra.wire.quorum.Dialect;
import io.zabra.wire.quorum.QuorumPacket;
import java.util.function.Consumer;

/// What a follower tells its leader to have on its disk. Owned by the learner.
public final class Acknowledgements {

    private final Consumer<QuorumPacket> leader;
    private long end;

    public Acknowledgements(Consumer<QuorumPacket> leader) {
        this.leader = leader;
    }

    /// All up to here is acknowledged together with NEWLEADER. What follows is of the new epoch.
    public void begin(long last) {
        end = last;
    }

    /// Acknowledges what the disk has got: all at once, or one by one, as Apache's leaders count.
    public void tell(long epochStart, long durable, Dialect dialect) {
        if (dialect.has(Dialect.ACKS_ALL) && durable > Math.max(end, epochStart)) {
            end = durable;
            leader.accept(new QuorumPacket.Ack(durable));
        }
        for (long zxid = Math.max(end, epochStart) + 1; zxid <= durable; zxid++) {
            leader.accept(new QuorumPacket.Ack(zxid));
            end = zxid;
        }
    }
}
