// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// Answers that Apache ZooKeeper 3.9.5 gave.
final class ApacheAnswers {

    private ApacheAnswers() {}

    /// The answers in a file of sections, by the name behind `===== ` in their first line.
    static Map<String, String> of(String file) {
        try (InputStream in = ApacheAnswers.class.getResourceAsStream(file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            var answers = new TreeMap<String, String>();
            for (String section : text.split("(?m)^===== ")) {
                int end = section.indexOf('\n');
                if (end > 0) {
                    String answer = section.substring(end + 1).replace("<TAB>", "\t");
                    answers.put(section.substring(0, end), answer.substring(0, answer.length() - 1));
                }
            }
            return answers;
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
