// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

/// Where proposals are made durable: the seam between the order of transactions and the disk.
public interface Log {

    /// Hands over one entry to be written. The log answers later, by telling which zxid is durable; until then nothing
    /// of it may be shown to anybody.
    ///
    /// @param entry header, transaction and digest as they stand in the log file
    void append(long zxid, byte[] entry);

    /// Ends the present log file after the entries handed over so far.
    void roll();
}
