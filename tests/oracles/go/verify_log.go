// Verify_log checks a log that Facteur's archive wrote with Go's own reading of the formats.
//
//	verify_log LOG VKEY EARLIER PROOF LEAF CONSISTENCY
//
// LOG is the folder with checkpoint and tiles; VKEY, EARLIER (a checkpoint) and PROOF (a
// tlog-proof of LEAF) are files; CONSISTENCY holds a proof from EARLIER to the checkpoint, one
// base64 hash a line. It prints what it checked, or the first thing that is wrong and ends with 1.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func check(err error) {
	if err != nil {
		fmt.Println("wrong:", err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	check(err)
	return data
}

// head opens a signed note and returns the tree it states. Go's own text form has another first
// line, so the three lines are read here.
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

// tiles reads C2SP tile files, whose paths lack Go's height element.
type tiles struct{ folder string }

func (t tiles) Height() int { return height }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func bundlePath(folder string, index, width int64) string {
	tile := tlog.Tile{H: height, L: 0, N: index, W: int(width)}
	return filepath.Join(folder, strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1))
}

func leaves(folder string, size int64) [][]byte {
	var found [][]byte
	for index := int64(0); index*256 < size; index++ {
		width := size - index*256
		if width > 256 {
			width = 256
		}
		data := read(bundlePath(folder, index, width))
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			found = append(found, data[2:2+length])
			data = data[2+length:]
		}
	}
	return found
}

func hashes(text string) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range strings.Fields(text) {
		hash, err := tlog.ParseHash(line)
		check(err)
		found = append(found, hash)
	}
	return found
}

func checkProof(proof, leaf []byte, verifier note.Verifier) {
	before, signed, _ := bytes.Cut(proof, []byte("\n\n"))
	lines := strings.SplitN(string(before), "\n", 3)
	if lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		check(fmt.Errorf("no tlog-proof"))
	}
	index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	check(err)
	tree := head(signed, verifier)
	path := hashes(strings.Join(lines[2:], "\n"))
	check(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(leaf)))
}

func main() {
	folder := os.Args[1]
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(os.Args[2]))))
	check(err)
	tree := head(read(filepath.Join(folder, "checkpoint")), verifier)
	earlier := head(read(os.Args[3]), verifier)
	checkProof(read(os.Args[4]), read(os.Args[5]), verifier)
	check(tlog.CheckTree(hashes(string(read(os.Args[6]))), tree.N, tree.Hash, earlier.N, earlier.Hash))

	reader := tlog.TileHashReader(tree, tiles{folder})
	root, err := tlog.TreeHash(tree.N, reader)
	check(err)
	if root != tree.Hash {
		check(fmt.Errorf("the tiles give another root"))
	}
	own, err := tlog.ProveTree(tree.N, earlier.N, reader)
	check(err)
	check(tlog.CheckTree(own, tree.N, tree.Hash, earlier.N, earlier.Hash))
	found := leaves(folder, tree.N)
	if int64(len(found)) != tree.N {
		check(fmt.Errorf("%d leaves in a log of %d", len(found), tree.N))
	}
	for n, leaf := range found {
		path, err := tlog.ProveRecord(tree.N, int64(n), reader)
		check(err)
		check(tlog.CheckRecord(path, tree.N, tree.Hash, int64(n), tlog.RecordHash(leaf)))
	}
	fmt.Printf("right: %d leaves after %d\n", tree.N, earlier.N)
}
