// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.core.quorum.Membership;

/// What a leader knows that decides whether the members may change.
public interface MemberChanges {

    /// The committed membership.
    Membership present();

    /// Whether one is proposed that is not committed yet. One at a time.
    boolean underWay();

    /// How many voters must be left.
    int votersMin();

    /// Whether those could go on at once who would decide then: a quorum of them follows the leader and has what it
    /// has, and so has every server that would get a vote in place of observing.
    boolean isSynced(Membership next);
}
