// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.tree;

/// The quota that governs a path, and its use so far. A limit of -1 is none.
///
/// @param root path of the node that the quota was set on
/// @param count nodes under it, itself included
/// @param bytes data under it, in bytes
/// @param countSoft limit that is only reported
/// @param bytesSoft limit that is only reported
/// @param countHard limit that may refuse writes
/// @param bytesHard limit that may refuse writes
public record QuotaView(
        String root, long count, long bytes, long countSoft, long bytesSoft, long countHard, long bytesHard) {

    /// Whether a hard limit forbids to add so much. What adds nothing, or takes away within the limit, is let
    /// through.
    public boolean refuses(long countDelta, long bytesDelta) {
        boolean tooMany = countDelta != 0 && countHard > -1 && count + countDelta > countHard;
        boolean tooLarge = bytesDelta != 0 && bytesHard > -1 && bytes + bytesDelta > bytesHard;
        return tooMany || tooLarge;
    }
}
