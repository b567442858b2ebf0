// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors

/// Four-letter words: the questions that an operator or a monitoring program sends as the first four bytes of a
/// connection, answered as text in the words of Apache ZooKeeper 3.9.5.
///
/// What comes in: four bytes ([Word#of]) and a [ServerView], by which the rest of the server shows its state. What goes
/// out: the text of the answer ([FourLetterWords#answer]), after which the connection is closed.
///
/// Reading order: [Word], [ServerView] with [Standing], [FourLetterWords].
@NullMarked
package io.zabra.server.admin;

import org.jspecify.annotations.NullMarked;
