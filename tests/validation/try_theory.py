import references, cases_theory, collections
rows=references.load()
import time; t=time.time()
f=cases_theory.run(rows)
print(len(f),time.time()-t)
for i,(e,v) in f.items():
    if v.word!='agrees': print(i,rows[i].parameters,rows[i].expected,e.value,rows[i].metric)
