// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.log;

/// One record of the log: what a proposal carries from the leader to the others.
///
/// @param zxid of the transaction
/// @param bytes header, transaction and digest as they stand in the log file; not to be changed
public record Entry(long zxid, byte[] bytes) {}
