//go:build !darwin

package main

const desktop = false // only where DISPLAY or WAYLAND_DISPLAY says so

func browser(url string) (name string, args []string) { return "xdg-open", []string{url} }
