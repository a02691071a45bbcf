// Command irbot is the incident-response bot for port and terminal operators:
// it turns Markdown contingency plans into stepwise work in chat and a local
// console, climbs to the CISO until a human answers, and keeps a record that
// can be verified.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
