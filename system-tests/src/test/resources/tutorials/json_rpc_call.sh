 curl localhost:9090/jsonrpc  --data '{"jsonrpc":"1.0", "method":"hello", "params":[], "id":1}'
