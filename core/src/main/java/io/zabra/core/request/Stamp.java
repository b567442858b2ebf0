// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

/// What orders and dates a transaction.
///
/// @param zxid its id
/// @param timeMs the leader's wall clock, in milliseconds since 1970
public record Stamp(long zxid, long timeMs) {}
