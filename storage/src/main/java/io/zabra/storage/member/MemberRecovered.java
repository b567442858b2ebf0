// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage.member;

import io.zabra.core.log.Epochs;
import io.zabra.core.log.History;
import io.zabra.storage.Recovered;

/// How the recovery of a member ended.
public sealed interface MemberRecovered {

    /// The member can go on.
    ///
    /// @param state the tree after the last transaction that is known to be committed, and where the log ends
    /// @param start what the log holds
    /// @param record what is on the disk besides
    record Restored(Recovered.Restored state, History.Start start, MemberRecord record) implements MemberRecovered {

        public Epochs epochs() {
            return record.epochs();
        }
    }

    /// Going on might lose data, or break a promise.
    ///
    /// @param replaceable whether [MemberRecovery#recoverLost] may replace what is here by what the others have: files
    ///     that this member has written are damaged
    record Refused(Recovered.Refused reason, boolean replaceable) implements MemberRecovered {}
}
