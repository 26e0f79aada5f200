// Verify_bundle checks the proofs of an export that Facteur wrote with Go's own reading of them.
//
//	verify_bundle DIR
//
// DIR is the export. All notes in checkpoints/ are opened with the keys in keys/; every
// manifest.json is proven to be in its log by proofs/<log>/<hash>.tlog-proof; every consistency
// proof leads from the checkpoint of that size in closings/ to the head; all leaf hashes, where they
// are there, give its root. It prints what it checked, or the first thing that is wrong.
package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Println("wrong:", err)
		os.Exit(1)
	}
}

func read(path ...string) []byte {
	data, err := os.ReadFile(filepath.Join(path...))
	check(err)
	return data
}

func found(pattern ...string) []string {
	names, err := filepath.Glob(filepath.Join(pattern...))
	check(err)
	return names
}

// head opens a signed note and returns the tree it states.
func head(signed []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		check(fmt.Errorf("%q is no checkpoint of %s", opened.Text, verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

func hashes(lines []string) []tlog.Hash {
	var all []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		check(err)
		all = append(all, hash)
	}
	return all
}

// parts returns the first line, the hashes and the note of a proof.
func parts(proof []byte, skip int) (string, []tlog.Hash, []byte) {
	before, signed, ok := bytes.Cut(proof, []byte("\n\n"))
	if !ok {
		check(fmt.Errorf("no proof"))
	}
	lines := strings.Split(string(before), "\n")
	return lines[skip-1], hashes(lines[skip:]), signed
}

type log struct {
	name     string
	verifier note.Verifier
	tree     tlog.Tree
}

func (l *log) prove(folder string, manifest []byte) {
	sum, long := sha256.Sum256(manifest), sha512.Sum512(manifest)
	leaf := fmt.Sprintf(`{"id":"%x","k":"evidence","sha512":"%x","v":1}`, sum, long)
	file := fmt.Sprintf("%x.tlog-proof", sum)
	index, path, signed := parts(read(folder, "proofs", l.name, file), 2)
	position, err := strconv.ParseInt(strings.TrimPrefix(index, "index "), 10, 64)
	check(err)
	if head(signed, l.verifier) != l.tree {
		check(fmt.Errorf("%s leads to another checkpoint", file))
	}
	check(tlog.CheckRecord(path, l.tree.N, l.tree.Hash, position, tlog.RecordHash([]byte(leaf))))
}

func (l *log) continues(folder string) int {
	earlier := map[int64]tlog.Tree{}
	for _, path := range append(found(folder, "closings", l.name, "*.checkpoint"),
		found(folder, "closings", l.name, "*", "checkpoint")...) {
		tree := head(read(path), l.verifier)
		earlier[tree.N] = tree
	}
	for _, path := range found(folder, "proofs", l.name, "*.consistency") {
		old, proof, signed := parts(read(path), 1)
		size, err := strconv.ParseInt(strings.TrimPrefix(old, "old "), 10, 64)
		check(err)
		tree, known := earlier[size]
		if !known || head(signed, l.verifier) != l.tree {
			check(fmt.Errorf("%s is of nothing known", path))
		}
		check(tlog.CheckTree(proof, l.tree.N, l.tree.Hash, tree.N, tree.Hash))
	}
	return len(earlier)
}

func (l *log) hashed(folder string) {
	data, err := os.ReadFile(filepath.Join(folder, "proofs", l.name, "leaf-hashes"))
	if err != nil {
		return
	}
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var wanted []tlog.Hash
		for _, index := range indexes {
			if index >= int64(len(stored)) {
				return nil, fmt.Errorf("no leaf hash %d", index)
			}
			wanted = append(wanted, stored[index])
		}
		return wanted, nil
	})
	for n := int64(0); n*32 < int64(len(data)); n++ {
		var leaf tlog.Hash
		copy(leaf[:], data[n*32:])
		more, err := tlog.StoredHashesForRecordHash(n, leaf, reader)
		check(err)
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(int64(len(data)/32), reader)
	check(err)
	if root != l.tree.Hash {
		check(fmt.Errorf("%s: the leaf hashes give another root", l.name))
	}
}

func main() {
	folder, logs := os.Args[1], map[string]*log{}
	for _, path := range found(folder, "checkpoints", "*.checkpoint") {
		name := strings.TrimSuffix(filepath.Base(path), ".checkpoint")
		key := strings.TrimSpace(string(read(folder, "keys", name+".vkey")))
		verifier, err := note.NewVerifier(key)
		check(err)
		logs[name] = &log{name, verifier, head(read(path), verifier)}
	}
	entries, closings := 0, 0
	check(filepath.WalkDir(folder, func(path string, file fs.DirEntry, err error) error {
		if err != nil || file.Name() != "manifest.json" {
			return err
		}
		var told struct{ Log string }
		manifest := read(path)
		if err := json.Unmarshal(manifest, &told); err != nil {
			return err
		}
		own, known := logs[strings.ReplaceAll(told.Log, "/", "-")]
		if !known {
			return fmt.Errorf("%s is of log %s", path, told.Log)
		}
		own.prove(folder, manifest)
		entries++
		return nil
	}))
	for _, own := range logs {
		closings += own.continues(folder)
		own.hashed(folder)
	}
	fmt.Printf("right: %d entries, %d earlier heads\n", entries, closings)
}
