// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import io.zabra.client.ZabraClient;
import io.zabra.client.ZabraException;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/// Completes commands, and paths of znodes where a word begins with a slash.
final class ZnodeCompleter implements Completer {

    private final Shell shell;

    ZnodeCompleter(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        candidates(line.word().substring(0, line.wordCursor()), line.wordIndex()).stream()
                .map(Candidate::new)
                .forEach(candidates::add);
    }

    /// What a word can become, sorted.
    List<String> candidates(String word, int wordIndex) {
        if (word.startsWith("/")) {
            return paths(word);
        }
        return wordIndex > 0
                ? List.of()
                : Commands.names().stream()
                        .filter(name -> name.startsWith(word))
                        .toList();
    }

    private List<String> paths(String word) {
        ZabraClient client = shell.client();
        if (client == null || !client.state().isConnected()) {
            // A key press must not wait for a server.
            return List.of();
        }
        int slash = word.lastIndexOf('/');
        String parent = slash == 0 ? "/" : word.substring(0, slash);
        String begin = word.substring(slash + 1);
        String before = word.substring(0, slash + 1);
        try {
            return client.blocking().children(parent).names().stream()
                    .filter(name -> name.startsWith(begin))
                    .sorted()
                    .map(name -> before + name)
                    .toList();
        } catch (ZabraException | IllegalArgumentException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
