package main

const desktop = true // windows can be shown without further settings

func browser(url string) (name string, args []string) { return "open", []string{url} }
