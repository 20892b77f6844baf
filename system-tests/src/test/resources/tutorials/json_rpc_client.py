# coding: utf-8


import requests
import json


def main():
    url = "http://localhost:9090/jsonrpc"
    headers = {'content-type': 'application/json'}
    payload = {
        "method": "hello",
        "params": [],
        "jsonrpc": "1.0",
        "id": 0,
    }
    response = requests.post(
        url, data=json.dumps(payload), headers=headers).json()
    print("response:",json.dumps(response))

if __name__ == "__main__":
    main()
